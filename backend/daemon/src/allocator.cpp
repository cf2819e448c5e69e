// Settings of jemalloc, which reads this symbol before main().
//
// Few arenas, since most threads only pass buffers on, and freed memory goes back to the system within a second: a
// registry is idle between bursts of pulls, and its container is sized by what is resident.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0,narenas:4";
}
