// The test classes of this executable.
#pragma once

#include <QObject>
#include <memory>

std::unique_ptr<QObject> makeInstanceTest();
std::unique_ptr<QObject> makeLinkTest();
std::unique_ptr<QObject> makePortForwardTest();
std::unique_ptr<QObject> makeProfileFileTest();
std::unique_ptr<QObject> makeTrialTest();
