// Asked by the address sanitizer before main(). Its guess at where the thread-local memory of a loaded module (mime.so)
// lies is wrong for some layouts with glibc 2.36, and its search for leaks then dies at exit, of itself; without the
// guess nothing of ours is missed: no module of ours keeps anything thread-local.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "intercept_tls_get_addr=0"; }
