// Settings of jemalloc, which reads this symbol before main().
//
// One arena and small caches of threads, since most threads only pass buffers on: what one allocates another frees.
// Freed memory goes back to the system within a fifth of a second: what many transfers at once have left behind would
// otherwise add to what they use, and a container is sized by what is resident.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf =
    "background_thread:true,dirty_decay_ms:200,muzzy_decay_ms:0,narenas:1,"
    "tcache_nslots_small_min:2,tcache_nslots_small_max:8";
}
