// A request as columns: what list, show and every command that writes print of it.
#pragma once

#include <vector>

#include "cli/command.hpp"

namespace regie::cli {

const std::vector<render::Column>& request_columns();
/// Codes of the clocks that stand still.
std::vector<std::string> stopped_clocks(const Request& request);
/// "SHA-256 name", one for each photo.
std::vector<std::string> photo_lines(const Request& request);

render::Row request_row(const Request& request, Instant now);

/// What a penalty is about which nobody has decided: the code, and the label.
inline constexpr const char* proposed_penalty = N_("proposed");

/// "plumbing" in the reader's language; "?" when it was not understood.
std::string trade_name(const Landlord& landlord, const std::string& code);
/// The provider's name, or its code when the landlord no longer has it.
std::string provider_name(const Landlord& landlord, const std::string& code);
/// The person's name, or the login.
std::string person_name(const Landlord& landlord, const std::string& code);

/// With --verbose: every provider that was thought of, and why it was taken or not.
void remark_candidates(Context& context, const Decision& decision);

/// What the rules did besides routing it.
void remark_besides(Context& context, const Besides& besides, const Request& request);

/// "Mme Brigitte Astruc (01 99 00 10 10), M. Samuel Rey": persons, or who holds a role for this residence at that time.
std::string told(Context& context, const std::vector<std::string>& whom, const Request& request);

/// "Fri 27/11 17:30"
std::string due_text(Context& context, Instant due);

/// Prints requests in the format that was asked, unless that is the plain table; says whether it did.
bool print_as_data(Context& context, const std::string& schema, const std::vector<Request>& requests);

}  // namespace regie::cli
