// The module libkinesight_display.so: the display interface by OpenCV's highgui. It is loaded when a window
// is asked for and never linked: a server has no use for a windowing toolkit.
#include "window/display.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/highgui.hpp>
#include <string>

namespace {

std::string window_title;

int complain(char* why, size_t why_bytes, const std::string& reason) {
  std::snprintf(why, why_bytes, "%s", reason.c_str());
  return 1;
}

/// Qt ends the process where it can reach no X server, so it is asked for first. True where that cannot be
/// found out.
bool x_server_answers() {
  void* x11 = dlopen("libX11.so.6", RTLD_NOW | RTLD_LOCAL);
  if (!x11) return true;
  const auto open = reinterpret_cast<void* (*)(const char*)>(dlsym(x11, "XOpenDisplay"));
  const auto close = reinterpret_cast<int (*)(void*)>(dlsym(x11, "XCloseDisplay"));
  if (!open || !close) return true;
  void* connection = open(nullptr);
  if (connection) close(connection);
  return connection != nullptr;
}

int open_window(const char* title, int width, int height, char* why, size_t why_bytes) {
  // Whoever names another platform for Qt ("wayland", "offscreen") knows what is there.
  if (!std::getenv("QT_QPA_PLATFORM")) {
    if (!x_server_answers()) return complain(why, why_bytes, "the X server of DISPLAY does not answer");
    setenv("QT_QPA_PLATFORM", "xcb", 1);
  }
  try {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    cv::namedWindow(title, cv::WINDOW_NORMAL | cv::WINDOW_KEEPRATIO | cv::WINDOW_GUI_NORMAL);
    cv::resizeWindow(title, width, height);
    window_title = title;
    return 0;
  } catch (const cv::Exception& error) {
    return complain(why, why_bytes, error.err);
  }
}

int show_picture(const uint8_t* bgr, int width, int height, size_t stride, char* why, size_t why_bytes) {
  try {
    // highgui copies the picture, and only reads it.
    const cv::Mat picture(height, width, CV_8UC3, const_cast<uint8_t*>(bgr), stride);
    cv::imshow(window_title, picture);
    return 0;
  } catch (const cv::Exception& error) {
    return complain(why, why_bytes, error.err);
  }
}

int poll_window(int milliseconds) {
  try {
    const int key = cv::waitKey(milliseconds > 0 ? milliseconds : 1);
    if (cv::getWindowProperty(window_title, cv::WND_PROP_VISIBLE) < 1) return KINESIGHT_DISPLAY_CLOSED;
    return key < 0 ? KINESIGHT_DISPLAY_NO_KEY : key & 0xFF;
  } catch (const cv::Exception&) {
    return KINESIGHT_DISPLAY_CLOSED;
  }
}

void close_window() {
  try {
    cv::destroyAllWindows();
  } catch (const cv::Exception&) {  // It is gone already.
  }
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const kinesight_display_functions* kinesight_display(
    int version) {
  static const kinesight_display_functions functions{open_window, show_picture, poll_window, close_window};
  return version == KINESIGHT_DISPLAY_VERSION ? &functions : nullptr;
}
