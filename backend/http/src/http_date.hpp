// The Date field's value (RFC 9110, section 5.6.7), made once a second for each thread.
#pragma once

#include <string_view>

namespace larder::http {

// "Tue, 24 Nov 2026 04:09:20 GMT"; valid until the thread's next call.
std::string_view httpDate();

}  // namespace larder::http
