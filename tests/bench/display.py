"""A display of its own for programs with windows, and a keyboard for it."""

import ctypes
import os
import subprocess
import time

from harness.process import wait_until

SIZE = (1280, 720)
KEYSYMS = {"Return": 0xFF0D, "BackSpace": 0xFF08, "Tab": 0xFF09, "Next": 0xFF56, "Home": 0xFF50, "End": 0xFF57, "Control": 0xFFE3, "Shift": 0xFFE1}
REVERT_TO_PARENT, CURRENT_TIME = 2, 0
IS_VIEWABLE = 2


class Attributes(ctypes.Structure):
    """XWindowAttributes, of which only a few are read."""

    _fields_ = [
        ("geometry", ctypes.c_int * 5),
        ("visual", ctypes.c_void_p),
        ("root", ctypes.c_ulong),
        ("kinds", ctypes.c_int * 4),
        ("planes", ctypes.c_ulong * 2),
        ("save_under", ctypes.c_int),
        ("colormap", ctypes.c_ulong),
        ("map_installed", ctypes.c_int),
        ("map_state", ctypes.c_int),
        ("masks", ctypes.c_long * 3),
        ("override_redirect", ctypes.c_int),
        ("screen", ctypes.c_void_p),
    ]


class Display:
    """Xvfb, used as a context manager. There is no window manager: a window gets the keyboard when it is told to."""

    def __enter__(self):
        read, write = os.pipe()
        width, height = SIZE
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(command, pass_fds=[write], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as said:
            self.name = f":{said.readline().strip()}"
        self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(self.name.encode()))
        assert self._display.value, f"no display {self.name}"
        return self

    def __exit__(self, *_):
        self._x.XCloseDisplay(self._display)
        self._server.terminate()
        self._server.wait()

    def _windows(self):
        """Those that are on the screen."""
        root, parent = ctypes.c_ulong(), ctypes.c_ulong()
        children, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        top = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        found = (ctypes.byref(one) for one in (root, parent, children, count))
        self._x.XQueryTree(self._display, top, *found)
        windows = [children[i] for i in range(count.value)]
        if windows:
            self._x.XFree(children)
        return [window for window in windows if self._attributes(window).map_state == IS_VIEWABLE]

    def _attributes(self, window):
        attributes = Attributes()
        self._x.XGetWindowAttributes(self._display, ctypes.c_ulong(window), ctypes.byref(attributes))
        return attributes

    def give_keyboard(self):
        """To the only window."""
        window = ctypes.c_ulong(wait_until(self._windows, what="a window")[-1])
        self._x.XSetInputFocus(self._display, window, REVERT_TO_PARENT, CURRENT_TIME)
        self._x.XSync(self._display, 0)

    def press(self, *names):
        """Keys held together: "Control", "3"."""
        codes = [self._x.XKeysymToKeycode(self._display, KEYSYMS.get(name, ord(name[0]))) for name in names]
        for code in codes:
            self._test.XTestFakeKeyEvent(self._display, code, 1, CURRENT_TIME)
        for code in reversed(codes):
            self._test.XTestFakeKeyEvent(self._display, code, 0, CURRENT_TIME)
        self._x.XSync(self._display, 0)

    def type(self, text, pause_s=0.03):
        for letter in text:
            self.press(letter)
            time.sleep(pause_s)
