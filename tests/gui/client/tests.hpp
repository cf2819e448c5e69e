// The test classes of this executable.
#pragma once

#include <QObject>
#include <memory>

std::unique_ptr<QObject> makeEndpointTest();
std::unique_ptr<QObject> makeApiClientTest();
std::unique_ptr<QObject> makeLiveStreamTest();
std::unique_ptr<QObject> makeConnectionTest();
