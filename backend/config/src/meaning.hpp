// What the schema cannot say: keys that need, contradict or defeat each other, and files that must fit together.
#pragma once

#include "findings.hpp"

namespace larder::config {

// `document` has passed check(); what was wrong in it is null.
void checkHttp(const Json& document, Findings& findings);
void checkAccess(const Json& document, Findings& findings);
void checkStorage(const Json& document, Findings& findings);
void checkBlocks(const Json& document, Findings& findings);
void checkSync(const Json& document, Findings& findings);

}  // namespace larder::config
