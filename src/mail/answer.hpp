// What somebody answers by mail: the words that are new in it, and what they say when they say it beyond doubt. The
// texts were written by strangers; all of it takes time in proportion to their length.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regie/calendar.hpp"
#include "regie/error.hpp"

namespace regie::mail {

/// What the sender wrote now: without quoted text, the lines with which mail programs announce it, the adverts of
/// telephones, and signatures behind "-- ". Answers between or below quoted parts stay as far as the quoted parts are
/// marked with '>'; an unmarked one is cut to its end, which is the end of the mail. "" when nothing remains.
std::string new_text(std::string_view text);

/// What an answer may begin with, as a landlord lists it; compared without case, accents and hyphens.
struct AnswerWords {
  std::vector<std::string> accept = {
      "accepté", "acceptée", "j'accepte",       "nous acceptons",    "on accepte",
      "ok",      "d'accord", "bon pour accord", "commande acceptée", "intervention acceptée",
      "okay",    "accepted", "I accept",        "we accept",         "agreed"};
  std::vector<std::string> decline = {"refusé",
                                      "refusée",
                                      "refus",
                                      "je refuse",
                                      "nous refusons",
                                      "on refuse",
                                      "commande refusée",
                                      "intervention refusée",
                                      "declined",
                                      "refused",
                                      "I decline",
                                      "we decline"};
  std::vector<std::string> appointment = {"RDV",           "rendez-vous",         "RDV pris",   "rendez-vous pris",
                                          "passage prévu", "intervention prévue", "appointment"};
  std::vector<std::string> done = {"fait",
                                   "faite",
                                   "c'est fait",
                                   "terminé",
                                   "terminée",
                                   "c'est terminé",
                                   "exécuté",
                                   "exécutée",
                                   "travaux terminés",
                                   "travaux faits",
                                   "travaux exécutés",
                                   "travaux réalisés",
                                   "travaux effectués",
                                   "intervention terminée",
                                   "intervention faite",
                                   "intervention réalisée",
                                   "intervention effectuée",
                                   "done",
                                   "work done",
                                   "job done",
                                   "completed",
                                   "work completed",
                                   "job completed"};
};

/// `word` as answers are compared with it: "rendez vous" for "Rendez-vous"; "" when it has neither letters nor digits.
std::string answer_word(std::string_view word);

struct Answer {
  enum class Kind { none, accept, decline, appointment, done };
  Kind kind = Kind::none;
  bool accepts = false;  ///< the appointment was written behind an acceptance
  Message doubt;         ///< none: why a known word at the beginning was not believed; id "" = there was no such word

  /// decline: why. done: what was done. Else what stands below the line that was understood.
  std::string reason;

  Instant from{};  ///< appointment: it begins at this time,
  Instant to{};    ///< ... at this one at the latest

  std::optional<Instant> done_at;    ///< done: when, if it was said
  bool done_on_day = false;          ///< ... as a day only; done_at is its midnight
  std::optional<std::int64_t> cost;  ///< done: cents
};

/// What the first line says, behind a greeting; the lines below may only take it back. It must begin with one of the
/// words, and all that follows must fit it: whatever is doubtful is Kind::none, for a person to read. `now` is when the
/// mail was sent: "demain" is counted from there. Days are written as in 12/03, day first.
Answer understand_answer(std::string_view new_text, const AnswerWords& words, Instant now, const Zone& zone);

}  // namespace regie::mail
