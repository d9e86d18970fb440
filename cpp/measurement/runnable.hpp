// Something whose time can be measured. Rooms above provide them (networks: op graphs).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace latpred {

class Runnable {
  public:
    Runnable() = default;
    Runnable(const Runnable&) = delete;
    Runnable& operator=(const Runnable&) = delete;
    virtual ~Runnable() = default;

    /// Called once, before the first run; untimed.
    virtual void prepare() = 0;
    /// One unit of work, finished when this returns. May throw: its network then fails.
    virtual void run() = 0;
    [[nodiscard]] virtual std::string name() const = 0;
};

/// Builds runnable number i. The meter builds late and destroys early, for memory's sake.
using MakeRunnable = std::function<std::unique_ptr<Runnable>(std::size_t)>;

}  // namespace latpred
