#include "mail/answer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "mail/answer_line.hpp"
#include "mail/answer_when.hpp"

namespace regie::mail {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using Kind = Answer::Kind;

namespace {

constexpr const char* unfit = N_("behind '{0}' stands more than such an answer has");
constexpr const char* taken_back = N_("the text below '{0}' may take it back");
constexpr const char* no_time = N_("behind '{0}' stands no day and hour that are certain");
constexpr const char* skipped = N_("the change of the clocks makes this hour uncertain");
constexpr const char* past = N_("this time is over");
constexpr const char* future = N_("this time has not come yet");
constexpr const char* disguised = N_("the line is shown otherwise than it is written");

constexpr hours small_hours{4};   // of the night: who writes "tomorrow" then may mean today
constexpr hours usual_window{2};  // as `regie schedule`

constexpr std::array<std::string_view, 27> courtesies{"merci",
                                                      "merci beaucoup",
                                                      "merci d avance",
                                                      "merci a vous",
                                                      "bien a vous",
                                                      "cordialement",
                                                      "bien cordialement",
                                                      "cdt",
                                                      "cdlt",
                                                      "salutations",
                                                      "bonne journee",
                                                      "bonne soiree",
                                                      "bonne reception",
                                                      "avec plaisir",
                                                      "thanks",
                                                      "many thanks",
                                                      "thank you",
                                                      "regards",
                                                      "best regards",
                                                      "kind regards",
                                                      "best",
                                                      "sincerely",
                                                      "yours sincerely",
                                                      "cheers",
                                                      "have a nice day",
                                                      "👍",
                                                      "sentiments distingues"};

/// Where the message ends and names, addresses and the lawyers' lines begin.
constexpr std::array<std::string_view, 16> closings{"cordialement",
                                                    "bien cordialement",
                                                    "cdt",
                                                    "cdlt",
                                                    "bien a vous",
                                                    "salutations",
                                                    "sinceres salutations",
                                                    "meilleures salutations",
                                                    "regards",
                                                    "best regards",
                                                    "kind regards",
                                                    "best wishes",
                                                    "sincerely",
                                                    "yours sincerely",
                                                    "yours faithfully",
                                                    "cheers"};

/// What takes an answer back when a sentence begins with it.
constexpr std::array<std::string_view, 15> turns{"mais",      "par contre", "en revanche", "toutefois", "cependant",
                                                 "neanmoins", "sauf",       "finalement",  "si",        "but",
                                                 "however",   "except",     "unless",      "if",        "actually"};
constexpr std::array<std::string_view, 35> reservations{"sous reserve",
                                                        "a condition",
                                                        "attention",
                                                        "en attente",
                                                        "annule",
                                                        "annulee",
                                                        "annulation",
                                                        "impossible",
                                                        "pas",
                                                        "non",
                                                        "desole",
                                                        "desolee",
                                                        "bien recu",
                                                        "reste",
                                                        "il reste",
                                                        "restera",
                                                        "manque",
                                                        "il manque",
                                                        "a prevoir",
                                                        "prevoir",
                                                        "erreur",
                                                        "je reviens vers",
                                                        "nous revenons vers",
                                                        "on revient vers",
                                                        "on regarde",
                                                        "je regarde",
                                                        "nous regardons",
                                                        "subject to",
                                                        "provided",
                                                        "cancelled",
                                                        "canceled",
                                                        "sorry",
                                                        "not",
                                                        "no",
                                                        "received"};

/// Whoever refused, it was not the provider.
constexpr std::array<std::string_view, 12> others{"locataire", "locataires", "occupant", "occupante",
                                                  "occupants", "client",     "cliente",  "gardien",
                                                  "gardienne", "tenant",     "tenants",  "customer"};

template <std::size_t N>
bool stands(const Line& line, const std::array<std::string_view, N>& phrases) {
  return std::ranges::any_of(phrases, [&](std::string_view phrase) { return line.length_of(phrase) > 0; });
}

bool is_unsure(const Token& token) { return token.is_sign("?") || token.is_sign("¿"); }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) + 1 - first);
}

/// Takes the first line with something on it off the front.
std::string_view take_line(std::string_view& text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty()) return line;
  }
  return {};
}

/// A word of the landlord's at the place where the line is read.
struct Found {
  Kind kind = Kind::none;
  std::size_t length = 0;  ///< in tokens
  std::string word;
};

class Vocabulary {
 public:
  explicit Vocabulary(const AnswerWords& words) {
    add(Kind::accept, words.accept);
    add(Kind::decline, words.decline);
    add(Kind::appointment, words.appointment);
    add(Kind::done, words.done);
  }

  /// The longest that stands here as whole words; "fait" does not stand in "fait-tout".
  Found find(const Line& line) const {
    Found found;
    for (const auto& [kind, word] : words_) {
      const std::size_t length = line.length_of(word);
      if (length <= found.length) continue;
      const Token* next = line.peek(length);
      const bool goes_on = next != nullptr && next->glued && next->type == Token::Type::sign &&
                           std::string_view("-'(/@&+").find(next->text) != std::string_view::npos &&
                           line.peek(length + 1) != nullptr && line.peek(length + 1)->glued &&
                           line.peek(length + 1)->type == Token::Type::word;
      const bool is_inside = next != nullptr && next->glued && next->type == Token::Type::number;
      if (!goes_on && !is_inside) found = {kind, length, word};
    }
    return found;
  }

 private:
  void add(Kind kind, const std::vector<std::string>& words) {
    for (const std::string& word : words)
      if (std::string folded = answer_word(word); !folded.empty()) words_.emplace_back(kind, std::move(folded));
  }
  std::vector<std::pair<Kind, std::string>> words_;
};

/// Takes "Bonjour Madame," off the line, also when the answer stands behind it. A greeting without a comma must be all
/// of the line, and none of our words among it.
bool take_greeting(Line& line, const Vocabulary& words) {
  constexpr std::array<std::string_view, 17> greetings{
      "bonjour", "bonsoir", "salut", "madame", "monsieur",     "mesdames",       "messieurs",    "cher", "chere",
      "chers",   "hello",   "hi",    "dear",   "good morning", "good afternoon", "good evening", "madam"};
  constexpr std::array<std::string_view, 6> titles{"m", "mr", "mme", "mrs", "ms", "dr"};
  constexpr int longest_name = 6;  // words
  const std::size_t start = line.position();
  if (!line.take_one_of(greetings)) return false;
  for (int count = 0; count <= longest_name; ++count) {
    if (line.at_end() || line.take_sign(",!.:;")) return true;
    if (line.peek()->type == Token::Type::sign && line.take_sign("-'")) continue;
    if (line.peek()->type != Token::Type::word || words.find(line).kind != Kind::none) break;
    if (line.take_one_of(titles)) line.take_sign(".");
    else line.skip();
  }
  line.go(start);
  return false;
}

class Understanding {
 public:
  Understanding(const AnswerWords& words, Instant now, const Zone& zone)
      : words_(words), now_(now), zone_(zone), today_(floor<days>(zone.local(now))) {
    is_small_hours_ = zone.local(now) - LocalTime{today_} < small_hours;
  }

  Answer read(std::string_view text) {
    constexpr int most_greetings = 3;  // "Bonjour, / Madame, Monsieur,"
    for (int greetings = 0;;) {
      const std::string_view written = take_line(text);
      if (written.empty()) return {};
      Line line(written);
      line.take_signs("*_\"-.#");
      while (greetings < most_greetings && take_greeting(line, words_)) ++greetings;
      if (line.at_end()) continue;
      below_ = trimmed(text);
      return read_line(line);
    }
  }

 private:
  Answer read_line(Line& line) {
    const Found found = words_.find(line);
    if (found.kind == Kind::none) return {};
    word_ = found.word;
    if (std::ranges::any_of(line.left(), [](const Token& token) { return token.type == Token::Type::hidden; }))
      return doubtful(disguised);
    line.go(line.position() + found.length);
    switch (found.kind) {
      case Kind::accept: return read_acceptance(line);
      case Kind::decline: return read_refusal(line);
      case Kind::appointment: return read_appointment(line, false);
      case Kind::done: return read_done(line);
      case Kind::none: break;
    }
    return {};
  }

  Answer doubtful(const char* why) const { return {.doubt = message(why, word_)}; }

  /// Only courtesies and the end of the sentence are left.
  static bool ends(Line& line) {
    do {
      line.take_signs(".,;!*_\")");
    } while (line.take_one_of(courtesies));
    return line.at_end();
  }

  /// "pour nous", "l'intervention", "this order"
  static void take_object(Line& line) {
    constexpr std::array<std::string_view, 7> whom{"pour nous", "pour moi", "de notre part", "de notre cote",
                                                   "for us",    "for me",   "with us"};
    constexpr std::array<std::string_view, 4> prepositions{"pour", "for", "with", "to"};
    constexpr std::array<std::string_view, 14> articles{"l",   "la",    "le",  "les", "cette", "cet",  "ce",
                                                        "ces", "votre", "vos", "the", "this",  "your", "these"};
    constexpr std::array<std::string_view, 16> nouns{
        "intervention", "commande", "bon de commande", "demande", "ordre de service",
        "ordre",        "bon",      "mission",         "travaux", "depannage",
        "job",          "order",    "request",         "work",    "works",
        "jobs"};
    if (line.take_one_of(whom)) return;
    const std::size_t start = line.position();
    const bool has_preposition = line.take_one_of(prepositions);
    const bool has_article = line.take_one_of(articles);
    if (has_article) line.take_sign("'");
    if ((has_article || has_preposition) && line.take_one_of(nouns)) line.take_one_of(whom);
    else line.go(start);
  }

  Answer read_acceptance(Line& line) {
    take_object(line);
    if (!line.at_end()) {
      const std::size_t behind = line.position();
      line.take_signs(".,:;!-");
      line.take("et");
      if (const Found next = words_.find(line); next.kind == Kind::appointment) {
        line.go(line.position() + next.length);
        return read_appointment(line, true);
      }
      line.go(behind);
      line.take_sign("-");
      if (!ends(line)) return doubtful(unfit);
    }
    std::string_view rest = below_;
    const std::string_view next_line = take_line(rest);
    Line next(next_line);
    next.take_signs("*_\"-.");
    if (const Found found = words_.find(next); found.kind == Kind::appointment) {
      below_ = trimmed(rest);
      next.go(next.position() + found.length);
      return read_appointment(next, true);
    }
    if (is_taken_back(Kind::accept)) return doubtful(taken_back);
    return {.kind = Kind::accept, .reason = std::string(below_)};
  }

  Answer read_refusal(Line& line) {
    constexpr std::array<std::string_view, 5> subjects{"je", "nous", "on", "i", "we"};
    constexpr std::array<std::string_view, 11> causes{
        "car",     "parce que", "pour cause de", "en raison", "faute de", "suite a",
        "because", "as",        "since",         "due to",    "for"};
    // What tells who refused, to whom, or when it would be no refusal.
    constexpr std::array<std::string_view, 30> bindings{
        "par",  "de",   "du",        "des", "d",     "le",   "la",      "les",   "l",    "a",
        "au",   "aux",  "que",       "qu",  "quand", "lors", "lorsque", "tant",  "tout", "ce",
        "hier", "sous", "en l etat", "by",  "the",   "at",   "when",    "until", "only", "et"};
    take_object(line);
    std::string_view reason;
    if (!line.at_end()) {
      const bool is_verb = std::ranges::any_of(subjects, [&](std::string_view one) {
        return word_.starts_with(one) && word_.size() > one.size() && word_[one.size()] == ' ';
      });
      const std::size_t behind = line.position();
      bool explained = false, in_brackets = false;
      while (line.peek() != nullptr && line.peek()->type == Token::Type::sign) {
        if (is_unsure(*line.peek())) return doubtful(unfit);
        explained = explained || line.peek()->is_sign(":");
        in_brackets = in_brackets || line.peek()->is_sign("(");
        if (!line.take_sign(":.,;-(!*_\")")) return doubtful(unfit);
      }
      if (!line.at_end()) {
        const bool is_separated = line.position() > behind;
        const Found other = words_.find(line);
        if (stands(line, turns) || line.length_of("par") > 0 || line.length_of("by") > 0 ||
            other.kind == Kind::accept || other.kind == Kind::done)
          return doubtful(unfit);
        if (!is_separated &&
            (is_verb ? !stands(line, causes) : stands(line, bindings) || line.peek()->type != Token::Type::word))
          return doubtful(unfit);
        if (!explained && names_somebody_else(line)) return doubtful(unfit);
        if (!ends_in_courtesy(line)) reason = line.rest();
      }
      if (in_brackets && reason.ends_with(')')) reason.remove_suffix(1);
    }
    if (is_taken_back(Kind::decline)) return doubtful(taken_back);
    Answer answer{.kind = Kind::decline, .reason = std::string(reason)};
    add_below(answer);
    return answer;
  }

  static bool ends_in_courtesy(const Line& line) {
    Line copy = line;
    return ends(copy);
  }

  static bool names_somebody_else(const Line& line) {
    constexpr std::array<std::string_view, 5> articles{"le", "la", "les", "l", "the"};
    Line copy = line;
    if (copy.take_one_of(articles)) copy.take_sign("'");
    return stands(copy, others);
  }

  /// "pris", "avec la locataire", ", locataire prévenue"
  static void take_circumstances(Line& line) {
    constexpr std::array<std::string_view, 16> fixed{
        "pris",     "fixe",      "prevu", "prevue", "confirme", "convenu", "programme", "programmee",
        "planifie", "planifiee", "made",  "fixed",  "set",      "booked",  "scheduled", "confirmed"};
    constexpr std::array<std::string_view, 8> with{"avec la",  "avec le", "avec l", "avec les",
                                                   "with the", "avec",    "with",   "vu avec la"};
    constexpr std::array<std::string_view, 4> told{"prevenu", "prevenue", "prevenus", "informed"};
    for (std::size_t before = line.position() + 1; before != line.position();) {
      before = line.position();
      line.take_one_of(fixed);
      const std::size_t start = line.position();
      if (line.take_one_of(with)) {
        line.take_sign("'");
        if (!line.take_one_of(others)) line.go(start);
      } else if (line.take_sign(",") && line.take_one_of(others)) {
        if (!line.take_one_of(told)) line.go(start);
      } else {
        line.go(start);
      }
    }
  }

  /// The one instant that this is on the clocks of the landlord.
  std::optional<Instant> instant(LocalDay day, int minute) const {
    const auto resolved = zone_.resolve(day + minutes{minute});
    if (resolved.kind != Zone::Kind::unique) return std::nullopt;
    return resolved.instant;
  }

  Answer read_appointment(Line& line, bool accepts) {
    take_circumstances(line);
    line.take_signs(":,-");
    const When when = take_when(line, Tense::future, today_, is_small_hours_);
    take_circumstances(line);
    if (when.doubt != nullptr) return doubtful(when.doubt);
    if (!when.day || !when.from) return doubtful(no_time);
    if (!ends(line)) return doubtful(unfit);
    const auto from = instant(*when.day, *when.from);
    const auto to = when.to ? instant(*when.day, *when.to) : from ? std::optional(*from + usual_window) : from;
    if (!from || !to || *to <= *from) return doubtful(skipped);
    if ((when.to ? *to : *from) <= now_) return doubtful(past);
    if (is_taken_back(Kind::appointment)) return doubtful(taken_back);
    return {.kind = Kind::appointment, .accepts = accepts, .reason = std::string(below_), .from = *from, .to = *to};
  }

  /// ", coût : 85,50 €"
  static std::optional<std::int64_t> take_cost(Line& line) {
    constexpr std::array<std::string_view, 11> names{"cout",    "cout total", "montant",    "prix",  "pour", "total",
                                                     "facture", "cost",       "total cost", "price", "for"};
    const std::size_t start = line.position();
    bool is_negative = false;  // "fait, -85 €": nobody knows what that would be
    for (;;) {
      if (line.take_sign("-")) is_negative = true;
      else if (line.take_sign(",:;.(")) is_negative = false;
      else break;
    }
    if (is_negative && !line.at_end() && line.peek()->glued) {
      line.go(start);
      return std::nullopt;
    }
    if (line.take_one_of(names)) line.take_signs(":");
    const auto cost = take_amount(line);
    if (!cost) line.go(start);
    else line.take_sign(")");
    return cost;
  }

  Answer read_done(Line& line) {
    const bool is_hour = line.length_of("a") > 0 || line.length_of("at") > 0;  // "fait 8h": or was it work for 8 hours?
    const When when = take_when(line, Tense::past, today_, is_small_hours_);
    if (when.doubt != nullptr) return doubtful(when.doubt);
    if (when.to && !when.is_part_of_day) return doubtful(unfit);
    if (!when.day && when.from && (when.is_part_of_day || !is_hour)) return doubtful(no_time);
    Answer answer{.kind = Kind::done};
    if (when.day || when.from) {
      const LocalDay day = when.day.value_or(today_);
      answer.done_on_day = !when.from || when.is_part_of_day;
      answer.done_at = instant(day, answer.done_on_day ? 0 : *when.from);
      if (!answer.done_at) return doubtful(skipped);
      if (*answer.done_at > now_) return doubtful(future);
    }
    answer.cost = take_cost(line);
    if (!ends(line)) {
      if (answer.cost || !line.take_sign(":") || !read_work(line, answer)) return doubtful(unfit);
    }
    if (is_taken_back(Kind::done)) return doubtful(taken_back);
    add_below(answer);
    return answer;
  }

  /// "joint remplacé, 38,50 €": what was done, as long as it does not say that something was not.
  static bool read_work(Line& line, Answer& answer) {
    constexpr std::array<std::string_view, 46> less{
        "pas",         "non",      "rien",       "plus",          "sauf",    "mais",    "hors",       "reste",
        "restent",     "partie",   "partiel",    "partiellement", "moitie",  "presque", "provisoire", "provisoirement",
        "manque",      "manquant", "reserve",    "reserves",      "attente", "demain",  "prevoir",    "revenir",
        "repasser",    "devis",    "impossible", "refus",         "absent",  "absente", "si",         "sans",
        "not",         "nothing",  "no",         "but",           "except",  "partly",  "partially",  "temporary",
        "temporarily", "missing",  "tomorrow",   "need",          "needs",   "without"};
    const std::size_t start = line.position();
    if (line.at_end()) return false;
    std::vector<std::size_t> separators;  // from which a cost may stand at the end
    std::size_t currencies = 0;
    for (; !line.at_end(); line.skip()) {
      const Token& token = *line.peek();
      if (is_unsure(token) || (token.type == Token::Type::word && std::ranges::find(less, token.text) != less.end()))
        return false;
      if (is_currency(token)) ++currencies;
      if (const Token* next = line.peek(1); token.type == Token::Type::sign && next != nullptr && !next->glued)
        separators.push_back(line.position());
      if (token.is_sign("(")) separators.push_back(line.position());
    }
    answer.reason = line.since(start);
    if (currencies == 0) return true;
    constexpr std::size_t tried = 4;
    for (std::size_t i = 0; i < tried && i < separators.size(); ++i) {
      const std::size_t separator = separators[separators.size() - 1 - i];
      line.go(separator);
      answer.cost = take_cost(line);
      if (!answer.cost || !ends(line)) continue;
      line.go(separator);
      answer.reason = line.since(start);
      return currencies == 1;
    }
    return false;
  }

  void add_below(Answer& answer) const {
    if (!below_.empty() && !answer.reason.empty()) answer.reason += '\n';
    answer.reason += below_;
  }

  /// Does a sentence below begin with what takes the answer back, or a line with another answer?
  bool is_taken_back(Kind kind) const {
    for (std::string_view rest = below_; !rest.empty();) {
      Line line(take_line(rest));
      line.take_signs("*_\"-.#");
      if (stands(line, closings)) return false;
      if (!line.at_end() && is_unsure(*line.peek())) return true;
      const Kind other = words_.find(line).kind;
      if (other != Kind::none && (kind == Kind::decline ? other == Kind::accept || other == Kind::done
                                                        : other != kind || kind == Kind::appointment))
        return true;
      for (bool begins = true; !line.at_end(); line.skip()) {
        if (begins && (stands(line, turns) || (kind != Kind::decline && stands(line, reservations)))) return true;
        const Token& token = *line.peek();
        begins = token.is_sign(".") || token.is_sign("!") || token.is_sign(";");
      }
    }
    return false;
  }

  Vocabulary words_;
  Instant now_;
  const Zone& zone_;
  LocalDay today_;
  bool is_small_hours_ = false;
  std::string word_;        ///< the one that the line begins with
  std::string_view below_;  ///< what stands below the line
};

}  // namespace

std::string answer_word(std::string_view word) {
  std::string joined;
  for (const Token& token : tokens_of(word))
    if (token.type == Token::Type::word || token.type == Token::Type::number)
      joined += (joined.empty() ? "" : " ") + token.text;
  return joined;
}

Answer understand_answer(std::string_view new_text, const AnswerWords& words, Instant now, const Zone& zone) {
  return Understanding(words, now, zone).read(new_text);
}

}  // namespace regie::mail
