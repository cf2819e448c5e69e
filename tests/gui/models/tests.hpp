// The test classes of this executable.
#pragma once

#include <QObject>
#include <memory>

std::unique_ptr<QObject> makeFormatTest();
std::unique_ptr<QObject> makeRowsModelTest();
std::unique_ptr<QObject> makePagedModelTest();
std::unique_ptr<QObject> makeMetricsWindowTest();
