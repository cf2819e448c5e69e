// What systemd is told of the daemon (sd_notify(3)), where it asked: with Type=notify.
#pragma once

#include <string_view>

namespace larder::daemon {

// "READY=1", "STOPPING=1". Does nothing without NOTIFY_SOCKET in the environment; a failure is logged. Never blocks.
void tellServiceManager(std::string_view state);

}  // namespace larder::daemon
