// The test classes of this executable.
#pragma once

#include <QObject>
#include <memory>

std::unique_ptr<QObject> makeCompareTest();
std::unique_ptr<QObject> makeFacesTest();
std::unique_ptr<QObject> makeSchemaFormTest();
