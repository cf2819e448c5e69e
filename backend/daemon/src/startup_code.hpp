// What only the start needed of the programme.
#pragma once

namespace larder::daemon {

// Unmaps the pages of code and constants that were touched so far: the start runs through much that is not run again
// (the schema, migrations, the libraries' own set-up), and a container is sized by what is resident. What is needed
// again comes back from the page cache, a page fault for each 64 KiB; what a debugger has written into it does not. Any
// thread; the others may run.
void releaseStartupCode();

}  // namespace larder::daemon
