// Denormal numbers: flushed to zero while computing, as inference runtimes do.
#pragma once

namespace latpred {

/// Whether this thread flushes denormal results and reads denormal operands as zero.
bool flushes_denormals();

/// Sets both in the calling thread (threads that it starts inherit them) and restores what was
/// there, also on exceptions. Does nothing on processors other than x86-64 and AArch64.
///
/// Moments of an optimiser and activations fade into denormals, on which some processors take a
/// hundred times as long; with them gone the results do not depend on the caller's mode either.
class FlushDenormals {
  public:
    FlushDenormals();
    ~FlushDenormals();
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

  private:
    unsigned long long before_;
};

/// Undoes what the guards above changed in this thread while it lives: for calls back into code of
/// the host, which must find the mode that it set itself.
class HostFloatMode {
  public:
    HostFloatMode();
    ~HostFloatMode();
    HostFloatMode(const HostFloatMode&) = delete;
    HostFloatMode& operator=(const HostFloatMode&) = delete;

  private:
    unsigned long long before_;
    int depth_;
};

}  // namespace latpred
