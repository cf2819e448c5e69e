"""What check_sources.py finds, and what it lets be. Run by ./dev lint."""

import unittest

from check_sources import JSON_READER, YAML_READER, check_console, check_console_cmake, check_parsing


def found(line, name="backend/registry/src/lint.cpp"):
    return [number for number, _ in check_parsing(name, [line])]


class Parsing(unittest.TestCase):
    def test_json_is_parsed_in_one_file(self):
        for line in (
            "auto document = json::parse(content, nullptr, false);",
            "auto document = nlohmann::json::parse(content);",
            "auto document = apitypes::Json::parse(text);",
            "auto document = nlohmann::ordered_json :: parse(text);",
            "auto document = nlohmann::basic_json<std::map>::parse(text);",
            "if (Json::accept(text)) return;",
            "json::sax_parse(text, &inspector);",
            "auto value = json::from_cbor(bytes);",
            "auto value = decltype(document)::parse(text);",
            "json::parser_callback_t shallow = nullptr;",
            "stream >> json;",
            "file >> record.asJson;",
        ):
            self.assertEqual(found(line), [1], line)
            if "parse(" in line:
                self.assertEqual(found(line, JSON_READER), [], line)

    def test_other_parsers_are_no_business_of_it(self):
        for line in (
            "auto digest = core::Digest::parse(text);",
            "auto document = core::parseJson(content);",
            "auto document = core::parseOrderedJson(content, kLimits);",
            "auto request = RequestParser::parseHead(text, head);",
            "// json::parse would take any depth",
            "std::vector<std::vector<json>> lists;",
            "auto shifted = bits >> 3;",
        ):
            self.assertEqual(found(line), [], line)

    def test_an_alias_has_a_name_that_is_checked(self):
        for line in ("using Document = nlohmann::json;", "typedef nlohmann::json Tree;", "namespace nl = nlohmann;"):
            self.assertEqual(found(line), [1], line)
        for line in ("using nlohmann::json;", "using Json = nlohmann::ordered_json;", "using Json = nlohmann::json;"):
            self.assertEqual(found(line), [], line)

    def test_yaml_is_parsed_in_one_file(self):
        line = "#include <yaml-cpp/yaml.h>"
        self.assertEqual(found(line), [1])
        self.assertEqual(found(line, YAML_READER), [])


class Console(unittest.TestCase):
    def found(self, line, name="gui/screens/overview/src/screen.cpp"):
        return [number for number, _ in check_console(name, [line])]

    def test_layers(self):
        for line in (
            '#include "larder/config/config.hpp"',
            '#include "console/app/main_window.hpp"',
            '#include "console/screens/mirrors/mirrors.hpp"',
            "#include <unistd.h>",
            "#include <sys/socket.h>",
        ):
            self.assertEqual(self.found(line), [1], line)
        for line in (
            '#include "larder/apitypes/status.hpp"',
            '#include "console/screens/screen.hpp"',
            '#include "console/screens/overview/overview.hpp"',
            '#include "console/client/api_client.hpp"',
        ):
            self.assertEqual(self.found(line), [], line)
        self.assertEqual(self.found('#include "console/client/api_client.hpp"', "gui/widgets/src/chart.cpp"), [1])
        self.assertEqual(self.found("", "gui/novel/src/chart.cpp"), [1])
        self.assertEqual(len(list(check_console_cmake("console_library(models USES client widgets)"))), 1)
        self.assertEqual(len(list(check_console_cmake("console_library(screens/a USES screens models)"))), 0)

    def test_nothing_waits(self):
        for line in (
            "QEventLoop loop;",
            "dialog.exec();",
            "menu->exec();",
            "QMessageBox::question(this, title, text);",
            "auto path = QFileDialog::getSaveFileName(this);",
            "process.waitForFinished();",
            "QCoreApplication::processEvents();",
        ):
            self.assertEqual(self.found(line), [1], line)
        for line in ("dialog->open();", "decoder_.waitForDone();", "// exec() would block"):
            self.assertEqual(self.found(line), [], line)


if __name__ == "__main__":
    unittest.main()
