#include "support/run_widget_tests.hpp"
#include "tests.hpp"

int main(int argc, char** argv) {
  return console::test::runWidgetTests(argc, argv,
                                       {makeMirrorsTest, makeRepositoriesTest, makeAccessTest, makeConfigurationTest,
                                        makeConfigFileTest, makeOthersTest});
}
