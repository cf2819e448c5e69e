// Anchors the precompiled header; see precompiled.hpp.
