# A bounded run of the fuzzer over a copy of the corpus:
#   cmake -DFUZZER=… -DCORPUS=… -DWORK=… -P run_fuzz.cmake
file(REMOVE_RECURSE ${WORK})
file(COPY ${CORPUS}/ DESTINATION ${WORK})
execute_process(COMMAND ${FUZZER} -runs=20000 -seed=1 -max_len=4096 ${WORK}
  WORKING_DIRECTORY ${WORK} RESULT_VARIABLE result)
if(result)
  message(FATAL_ERROR "the fuzzer found a fault: ${result}")
endif()
