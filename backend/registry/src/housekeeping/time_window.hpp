// storage.gcTimeWindow: the hours of the day in which a collection may start. Pure.
#pragma once

#include <chrono>
#include <string_view>

namespace larder::registry {

// Whether `now` is in the `window` "HH:MM-HH:MM" (UTC; its end is outside, and one that ends before it begins goes over
// midnight). An empty one is always open, and so is one that cannot be read: the configuration was checked before.
bool isInTimeWindow(std::string_view window, std::chrono::system_clock::time_point now);

}  // namespace larder::registry
