// The wall between the program and a windowing toolkit: what the module libkinesight_display.so gives. C
// types alone, so that neither side sees the other's libraries. Private to window/.
#pragma once

#include <stddef.h>
#include <stdint.h>

extern "C" {

/// The version of this interface; program and module must agree.
#define KINESIGHT_DISPLAY_VERSION 1
/// The one symbol that the module exports: a kinesight_display_entry.
#define KINESIGHT_DISPLAY_SYMBOL "kinesight_display"

/// What poll() says beside keys.
enum { KINESIGHT_DISPLAY_NO_KEY = -1, KINESIGHT_DISPLAY_CLOSED = -2 };

/// One process has one window. Every call comes from one thread, the one that calls first.
struct kinesight_display_functions {
  /// Opens the window for pictures of about `width` x `height`. 0, or not with the reason in `why`.
  int (*open)(const char* title, int width, int height, char* why, size_t why_bytes);
  /// Shows a picture: 8-bit BGR, `stride` bytes from a row to the next. 0, or not with the reason.
  int (*show)(const uint8_t* bgr, int width, int height, size_t stride, char* why, size_t why_bytes);
  /// Lets the window live for up to `milliseconds`: the key that was pressed (ASCII), no key, or that it was
  /// closed.
  int (*poll)(int milliseconds);
  void (*close)(void);
};

/// Null when the module is of another `version`.
typedef const struct kinesight_display_functions* (*kinesight_display_entry)(int version);
}
