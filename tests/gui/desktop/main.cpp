#include "tests.hpp"

#include "support/run_widget_tests.hpp"

int main(int argc, char** argv) {
  return console::test::runWidgetTests(
      argc, argv, {&makeInstanceTest, &makeLinkTest, &makePortForwardTest, &makeProfileFileTest, &makeTrialTest});
}
