# Where Debian expects things, and two .deb of them: the driver for PostgreSQL stands apart, so that who keeps requests
# in a file need not install libpq and all it brings.
install(TARGETS regie RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS regie_mime regie_xlsx LIBRARY DESTINATION ${REGIE_MODULE_DIR})
if(REGIE_POSTGRESQL)
  install(TARGETS regie_postgresql LIBRARY DESTINATION ${REGIE_MODULE_DIR} COMPONENT postgresql)
  install(FILES man/regie-postgresql.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7 COMPONENT postgresql)
endif()
install(DIRECTORY config/lexicon config/mails config/schemas config/starter config/examples
        DESTINATION ${CMAKE_INSTALL_DATADIR}/regie)
install(DIRECTORY config/contrib DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 FILES_MATCHING PATTERN "*.5")
install(FILES man/regie-mail.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(FILES completions/regie.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME regie)
install(FILES completions/_regie DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES completions/regie.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The regie developers <regie@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "request desk for social landlords")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Tenants report that a tap leaks, a lock is broken, a lift is stuck. Reception,
 caretakers, the in-house crew, managers and outside contractors work on the
 same list of requests until each is repaired, checked by somebody else than
 the one who did it, and answered.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_REGIE_PACKAGE_NAME regie)
set(CPACK_DEBIAN_REGIE_PACKAGE_DEPENDS tzdata)
set(CPACK_DEBIAN_REGIE_PACKAGE_SUGGESTS regie-postgresql)
set(CPACK_DEBIAN_POSTGRESQL_PACKAGE_NAME regie-postgresql)
# Program and driver pass C++ objects to each other: they are of one build.
set(CPACK_DEBIAN_POSTGRESQL_PACKAGE_DEPENDS "regie (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_POSTGRESQL_DESCRIPTION
    "Driver of regie for PostgreSQL: several agencies on one server.
 It is loaded only for databases whose URL begins with postgresql://.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
include(CPack)
