// The test classes of this executable.
#pragma once

#include <QObject>
#include <memory>

std::unique_ptr<QObject> makeCatalogueTest();
std::unique_ptr<QObject> makeConnectionsTest();
std::unique_ptr<QObject> makeDocumentsTest();
std::unique_ptr<QObject> makeEndToEndTest();
std::unique_ptr<QObject> makeFleetTest();
std::unique_ptr<QObject> makeKeyboardTest();
std::unique_ptr<QObject> makeNoticesTest();
std::unique_ptr<QObject> makePicturesTest();
