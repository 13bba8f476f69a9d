// What went wrong, in words for people.
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

namespace notegrad {

// Inside a catch block: of the exception that it caught, oneDNN's among them.
inline std::string currentReason() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return "not enough memory";
  } catch (const std::length_error&) {
    return "not enough memory";
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown error";
  }
}

}  // namespace notegrad
