// The errors that latpred raises. Each has a Python twin of the same name in latpred.errors.
#pragma once

#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace latpred {

/// Root of all domain errors. Messages say what went wrong, where, and what was expected.
class Error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A wrong argument or setting (Python: also a ValueError).
class ConfigError : public Error {
  public:
    using Error::Error;
};

/// An architecture that is not in its space (Python: a ConfigError).
class ArchitectureError : public ConfigError {
  public:
    using ConfigError::ConfigError;
};

/// Data that cannot be used: NaN, wrong unit, duplicates, unreadable rows (Python: also a
/// ValueError).
class DataError : public Error {
  public:
    using Error::Error;
};

/// A model was asked before it was fitted (Python: also a ValueError).
class NotFittedError : public Error {
  public:
    using Error::Error;
};

/// A model or table meets architectures of another space, width or encoding (Python: also a
/// ValueError).
class SchemaError : public Error {
  public:
    using Error::Error;
};

/// A file cannot be read or written (Python: also an OSError).
class StorageError : public Error {
  public:
    using Error::Error;
};

/// A file was read but its content is damaged (Python: a StorageError).
class CorruptionError : public StorageError {
  public:
    using StorageError::StorageError;
};

/// A file of a schema version that this build cannot read (Python: a StorageError).
class ModelVersionError : public StorageError {
  public:
    using StorageError::StorageError;
};

/// A look-up table lacks an entry (Python: also a KeyError).
class LookupError : public Error {
  public:
    using Error::Error;
};

/// A measurement failed or cannot be trusted (Python: also a RuntimeError).
class MeasurementError : public Error {
  public:
    using Error::Error;
};

/// A training that diverged (Python: also a RuntimeError).
class TrainingError : public Error {
  public:
    using Error::Error;
};

/// No architecture meets the limit (Python: also a ValueError; `minimum_ms` is the least found).
class InfeasibleError : public Error {
  public:
    using Minima = std::vector<std::pair<std::string, double>>;

    InfeasibleError(const std::string& what, double least, Minima all = {})
        : Error(what), minimum(least), minima(std::move(all)) {}
    double minimum = std::numeric_limits<double>::quiet_NaN();
    Minima minima;  ///< least value found of each limited quantity, by name
};

/// Work was cancelled from outside; what was finished is kept.
class Cancelled : public Error {
  public:
    using Error::Error;
};

}  // namespace latpred
