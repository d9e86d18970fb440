# Strict on our own targets only; third-party headers are SYSTEM.
function(latpred_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion)
  if(LATPRED_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
