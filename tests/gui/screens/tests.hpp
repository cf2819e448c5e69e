// The test classes of this executable.
#pragma once

#include <QObject>
#include <memory>

std::unique_ptr<QObject> makeMirrorsTest();
std::unique_ptr<QObject> makeRepositoriesTest();
std::unique_ptr<QObject> makeAccessTest();
std::unique_ptr<QObject> makeConfigurationTest();
std::unique_ptr<QObject> makeConfigFileTest();
std::unique_ptr<QObject> makeOthersTest();
