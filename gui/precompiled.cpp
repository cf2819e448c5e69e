// Makes an object of nothing but the precompiled header.
