// Understanding on lexicons of a few terms: how terms match, and how what matches is weighed.
#include "regie/understanding.hpp"

#include <doctest/doctest.h>

#include "text/words.hpp"

using namespace regie;
using Kind = TermMeaning::Kind;

namespace {

constexpr int decisive = 6, sure = 3, likely = 2, hint = 1;

const text::WordReader& reader() {
  static const text::WordReader words = [] {
    auto french = *text::WordReader::create("french");
    french.leave_out("le la les l d de du des un une");
    return french;
  }();
  return words;
}

/// The only place that knows how terms get into a lexicon.
class SmallLexicon {
 public:
  SmallLexicon& trade(const char* trade, int weight, std::initializer_list<const char*> terms) {
    return add({.kind = Kind::trade, .trade = trade, .weight = weight}, terms);
  }
  /// `trade` "": whatever the trade
  SmallLexicon& urgency(const char* trade, Urgency urgency, std::initializer_list<const char*> terms) {
    return add({.kind = Kind::urgency, .trade = trade, .urgency = urgency}, terms);
  }
  SmallLexicon& place(Place place, std::initializer_list<const char*> terms) {
    return add({.kind = Kind::place, .place = place}, terms);
  }
  SmallLexicon& ignore(std::initializer_list<const char*> terms) { return add({.kind = Kind::ignore}, terms); }
  SmallLexicon& where(std::initializer_list<const char*> terms) { return add({.kind = Kind::where}, terms); }
  SmallLexicon& usual(const char* trade, std::optional<Urgency> urgency, std::optional<Place> place) {
    builder_.set_usual(trade, urgency, place);
    return *this;
  }
  Understanding operator()(std::string_view message) const {
    LexiconBuilder builder = builder_;
    return understand(std::move(builder).build(), reader().read(message));
  }

 private:
  SmallLexicon& add(const TermMeaning& meaning, std::initializer_list<const char*> terms) {
    for (const char* term : terms) builder_.add(reader().read_pattern(term), meaning, term);
    return *this;
  }
  LexiconBuilder builder_;
};

bool says(std::string_view message, std::string_view pattern) {
  return contains(reader().read(message), reader().read_pattern(pattern));
}

}  // namespace

// ---- how terms match, the same for rules and lexicon

namespace {

/// The lexicon and the `words` of rules must agree.
void check_match(std::string_view term, std::string_view message, bool expected) {
  const std::string written(term);
  CAPTURE(written);
  CAPTURE(std::string(message));
  CHECK(says(message, term) == expected);
  CHECK(!SmallLexicon().trade("plumbing", sure, {written.c_str()})(message).trade.empty() == expected);
}

}  // namespace

TEST_CASE("accents and case and endings are all one") {
  check_match("évier bouché", "EVIER BOUCHE", true);
  check_match("robinet bouche", "le robinet est là. les robinets bouchés", true);
  check_match("robinet", "deux robinets", true);
  check_match("robinet", "robinetterie", false);
}

TEST_CASE("the words of a term follow each other in its order") {
  check_match("prise eau", "une prise d'eau", true);
  check_match("prise eau", "la prise sans eau", false);
  check_match("prise eau", "eau prise", false);
  check_match("prise eau", "prise", false);
}

TEST_CASE("a gap lets up to four words pass") {
  check_match("plus ... lumière", "plus lumière", true);
  check_match("plus ... lumière", "plus aucune petite lumière", true);
  check_match("plus ... lumière", "plus un deux trois quatre cinq lumière", true);  // "un" is left out
  check_match("plus ... lumière", "plus zéro deux trois quatre cinq lumière", false);
  check_match("plus ... lumière", "lumière plus", false);
}

TEST_CASE("a term may have several gaps and words behind them") {
  check_match("fuite ... sous ... évier cuisine", "fuite chez moi sous mon grand évier cuisine", true);
  check_match("fuite ... sous ... évier cuisine", "fuite chez moi sous mon grand évier bleu", false);
}

TEST_CASE("a star stands for any ending of the word") {
  check_match("électri*", "électricien", true);
  check_match("électri*", "ELECTRICITE", true);
  check_match("électri*", "électron", false);
  check_match("bloqu* ascenseur", "bloquée ascenseur", true);
  check_match("bloqu* ... ascenseur", "je suis bloquée dans mon ascenseur", true);
  check_match("électri*", "l' électri", true);
}

TEST_CASE("no term reaches over the end of a sentence") {
  for (const char* end : {".", "!", "?", ";", ":", "\n", "...", " … "}) {
    CAPTURE(std::string(end));
    check_match("plus ... lumière", std::string("il n'y en a plus") + end + " lumière", false);
    check_match("plus lumière", std::string("plus") + end + "lumière", false);
  }
  check_match("plus lumière", "plus, lumière", true);
  check_match("plus lumière", "plus - lumière", true);
}

TEST_CASE("a term found anywhere in a long message is found") {
  std::string message;
  for (int n = 0; n < 300; ++n) message += "bla ";
  check_match("fuite robinet", message + "fuite du robinet " + message, true);
  check_match("fuite robinet", message, false);
}

TEST_CASE("an endless letter is read quickly and its beginning counts") {
  std::string letter = "fuite robinet. ";
  for (int n = 0; n < 50'000; ++n) letter += "fuite ";
  CHECK(SmallLexicon().trade("plumbing", sure, {"fuite robinet"})(letter).certain);
}

TEST_CASE("no pattern stands nowhere and no words say nothing") {
  CHECK(!says("fuite", ""));
  CHECK(!says("fuite", "de la"));
  CHECK(!says("", "fuite"));
}

// ---- how matches are weighed

TEST_CASE("nothing known is no idea at all") {
  const Understanding result = SmallLexicon().trade("plumbing", sure, {"fuite"})("bonjour madame");
  CHECK(result.trade == "");
  CHECK(!result.certain);
  CHECK(result.confidence == 0);
  CHECK(result.urgency == Urgency::normal);
  CHECK(result.place == Place::dwelling);
  CHECK(result.because.empty());
  CHECK(SmallLexicon()("fuite").trade == "");
}

TEST_CASE("one sure word is enough and a likely one or a hint is not") {
  SmallLexicon lexicon;
  lexicon.trade("plumbing", sure, {"fuite"}).trade("heating", likely, {"froid"}).trade("joinery", hint, {"porte"});
  CHECK(lexicon("une fuite").certain);
  CHECK(lexicon("une fuite").trade == "plumbing");
  CHECK(lexicon("il fait froid").trade == "heating");
  CHECK(!lexicon("il fait froid").certain);
  CHECK(lexicon("devant la porte").trade == "joinery");
  CHECK(!lexicon("devant la porte").certain);
}

TEST_CASE("weak words add up and the same word twice does not") {
  SmallLexicon lexicon;
  lexicon.trade("heating", likely, {"froid", "radiateur"});
  CHECK(lexicon("froid et radiateur").certain);
  CHECK(!lexicon("froid froid froid et froid").certain);
}

TEST_CASE("the longest term takes its words from the shorter ones") {
  SmallLexicon lexicon;
  lexicon.trade("electrical", sure, {"prise"}).trade("plumbing", sure, {"prise d'eau"});
  CHECK(lexicon("la prise d'eau").trade == "plumbing");
  CHECK(lexicon("la prise d'eau").also == "");
  CHECK(lexicon("la prise").trade == "electrical");
}

TEST_CASE("words taken by one term are free elsewhere in the message") {
  SmallLexicon lexicon;
  lexicon.trade("electrical", sure, {"prise"}).trade("plumbing", sure, {"prise d'eau"});
  const Understanding both = lexicon("la prise d'eau et la prise du salon");
  CHECK(both.trade == "plumbing");
  CHECK(both.also == "electrical");
}

TEST_CASE("among terms of the same length the heavier takes the words") {
  SmallLexicon lexicon;
  lexicon.trade("joinery", hint, {"serrure"}).trade("locksmith", sure, {"serrure"});
  CHECK(lexicon("serrure").trade == "locksmith");
  CHECK(lexicon("serrure").also == "");
}

TEST_CASE("a sentence to ignore takes its words away from everybody") {
  SmallLexicon lexicon;
  lexicon.trade("gas", decisive, {"odeur gaz"})
      .urgency("", Urgency::emergency, {"odeur gaz"})
      .place(Place::common, {"gaz"})
      .ignore({"pas odeur gaz"});
  CHECK(lexicon("une odeur de gaz").trade == "gas");
  const Understanding none = lexicon("pas d'odeur de gaz");
  CHECK(none.trade == "");
  CHECK(none.urgency == Urgency::normal);
  CHECK(none.place == Place::dwelling);
  CHECK(lexicon("pas d'odeur de gaz hier mais une odeur de gaz ce matin").trade == "gas");
}

TEST_CASE("two trades that weigh nearly the same are not certain and both are named") {
  SmallLexicon lexicon;
  lexicon.trade("plumbing", sure, {"fuite"}).trade("electrical", sure, {"disjoncteur"});
  const Understanding first = lexicon("fuite et disjoncteur");
  CHECK(first.trade == "plumbing");
  CHECK(first.also == "electrical");
  CHECK(!first.certain);
  const Understanding other = lexicon("disjoncteur et fuite");
  CHECK(other.trade == "electrical");
  CHECK(other.also == "plumbing");
}

TEST_CASE("a clear lead is certain although a second trade is named") {
  SmallLexicon lexicon;
  lexicon.trade("plumbing", decisive, {"robinet fuit"}).trade("electrical", sure, {"disjoncteur"});
  const Understanding result = lexicon("le robinet fuit et le disjoncteur saute");
  CHECK(result.trade == "plumbing");
  CHECK(result.certain);
  CHECK(result.also == "electrical");
  CHECK(result.confidence == 6);
}

TEST_CASE("a second trade needs enough words of its own") {
  SmallLexicon lexicon;
  lexicon.trade("plumbing", decisive, {"robinet fuit"}).trade("painting", likely, {"peinture"});
  CHECK(lexicon("le robinet fuit sur la peinture").also == "");
}

TEST_CASE("what is not technical is never a second order") {
  SmallLexicon lexicon;
  lexicon.trade("plumbing", decisive, {"robinet fuit"}).trade("none", sure, {"loyer"});
  CHECK(lexicon("le robinet fuit et mon loyer").also == "");
  CHECK(lexicon("mon loyer").trade == "none");
  CHECK(lexicon("mon loyer").certain);
}

TEST_CASE("a danger comes before everything it is smelt near") {
  SmallLexicon lexicon;
  lexicon.trade("gas", decisive, {"odeur gaz"})
      .usual("gas", Urgency::emergency, {})
      .trade("plumbing", decisive, {"robinet fuit", "évier bouché", "chasse coule"});
  const Understanding result = lexicon("le robinet fuit, évier bouché, chasse coule, odeur de gaz");
  CHECK(result.trade == "gas");
  CHECK(result.certain);
  CHECK(result.also == "plumbing");
  CHECK(result.urgency == Urgency::emergency);
}

TEST_CASE("the trade whose trouble is told wins over the one that is only mentioned") {
  SmallLexicon lexicon;
  lexicon.trade("joinery", sure, {"porte"})
      .trade("locksmith", decisive, {"serrure"})
      .urgency("locksmith", Urgency::urgent, {"bloquée"});
  CHECK(!lexicon("porte, serrure").certain);
  const Understanding told = lexicon("porte, serrure bloquée");
  CHECK(told.trade == "locksmith");
  CHECK(told.urgency == Urgency::urgent);
}

TEST_CASE("what is named first by a term that decides needs a smaller lead") {
  SmallLexicon lexicon;
  lexicon.trade("heating", decisive, {"radiateur"})
      .trade("plumbing", decisive, {"robinet"})
      .trade("joinery", sure, {"volet"});
  const Understanding first = lexicon("le radiateur, puis le robinet");
  CHECK(first.trade == "heating");
  CHECK(first.certain);
  CHECK(first.also == "plumbing");
  CHECK(!lexicon("le volet, puis le robinet").certain);
}

TEST_CASE("a thing named after a word of place tells where") {
  SmallLexicon lexicon;
  lexicon.trade("pest_control", sure, {"souris"})
      .trade("joinery", decisive, {"placard"})
      .trade("plumbing", likely, {"goutte"})
      .where({"dans", "sous"});
  CHECK(lexicon("placard, souris").trade == "joinery");
  CHECK(lexicon("dans le placard, des souris").trade == "pest_control");
  CHECK(lexicon("dans le placard, des souris").certain);
  CHECK(lexicon("souris dans le placard").trade == "pest_control");
  CHECK(lexicon("souris dans le placard").also == "");
  CHECK(lexicon("dans le couloir, placard, souris").trade == "joinery");
}

TEST_CASE("a place that nothing else is named for is what is broken") {
  SmallLexicon lexicon;
  lexicon.trade("joinery", decisive, {"placard"}).trade("plumbing", likely, {"goutte"}).where({"dans"});
  CHECK(lexicon("un souci dans le placard").trade == "joinery");
  CHECK(lexicon("un souci dans le placard").certain);
  CHECK(lexicon("une goutte dans le placard").trade == "joinery");
  CHECK(lexicon("souci dans").trade == "");
  CHECK(lexicon("souci dans. Placard").trade == "joinery");
}

TEST_CASE("rent in every line does not hide the fault a letter is about") {
  SmallLexicon lexicon;
  lexicon.trade("none", decisive, {"loyer", "payer", "euros"}).trade("heating", decisive, {"convecteur", "froid"});
  const Understanding letter = lexicon("convecteur, froid. je veux payer mon loyer de 540 euros");
  CHECK(letter.trade == "heating");
  CHECK(letter.certain);
  CHECK(lexicon("payer mon loyer de 540 euros").trade == "none");
  CHECK(lexicon("payer mon loyer de 540 euros, convecteur").trade == "none");
}

// ---- urgency and place

TEST_CASE("the usual urgency and place of a trade hold until a word says otherwise") {
  SmallLexicon lexicon;
  lexicon.trade("lift", sure, {"ascenseur"})
      .usual("lift", Urgency::urgent, Place::common)
      .urgency("lift", Urgency::emergency, {"coincé"})
      .place(Place::dwelling, {"chez moi"});
  CHECK(lexicon("ascenseur").urgency == Urgency::urgent);
  CHECK(lexicon("ascenseur").place == Place::common);
  CHECK(lexicon("ascenseur coincé").urgency == Urgency::emergency);
  CHECK(lexicon("ascenseur, chez moi").place == Place::dwelling);
}

TEST_CASE("saying the usual twice keeps what was said before") {
  SmallLexicon lexicon;
  lexicon.trade("lift", sure, {"ascenseur"}).usual("lift", Urgency::urgent, {}).usual("lift", {}, Place::common);
  CHECK(lexicon("ascenseur").urgency == Urgency::urgent);
  CHECK(lexicon("ascenseur").place == Place::common);
}

TEST_CASE("the urgency of another trade does not count") {
  SmallLexicon lexicon;
  lexicon.trade("plumbing", sure, {"robinet"}).urgency("lift", Urgency::emergency, {"coincé"});
  CHECK(lexicon("robinet coincé").urgency == Urgency::normal);
}

TEST_CASE("the most urgent word counts") {
  SmallLexicon lexicon;
  lexicon.trade("plumbing", sure, {"fuite"})
      .urgency("", Urgency::planned, {"un jour"})
      .urgency("", Urgency::urgent, {"vite"})
      .urgency("plumbing", Urgency::emergency, {"plafond"});
  CHECK(lexicon("fuite un jour").urgency == Urgency::planned);
  CHECK(lexicon("fuite un jour, vite").urgency == Urgency::urgent);
  CHECK(lexicon("fuite un jour, vite, plafond").urgency == Urgency::emergency);
}

TEST_CASE("a harmless word lowers urgent to normal but never an emergency") {
  SmallLexicon lexicon;
  lexicon.trade("plumbing", sure, {"fuite"})
      .urgency("", Urgency::normal, {"petite"})
      .urgency("", Urgency::urgent, {"vite"})
      .urgency("", Urgency::emergency, {"plafond"});
  CHECK(lexicon("petite fuite, vite").urgency == Urgency::normal);
  CHECK(lexicon("petite fuite, plafond").urgency == Urgency::emergency);
}

TEST_CASE("that it can wait makes nothing harmless that is always an emergency") {
  SmallLexicon lexicon;
  lexicon.trade("gas", decisive, {"odeur gaz", "gaz"})
      .trade("lift", decisive, {"ascenseur"})
      .usual("gas", Urgency::emergency, {})
      .usual("lift", Urgency::urgent, {})
      .urgency("", Urgency::normal, {"attendre"})
      .urgency("", Urgency::emergency, {"odeur"})
      .urgency("gas", Urgency::normal, {"flexible"});
  CHECK(lexicon("odeur de gaz, peut attendre").urgency == Urgency::emergency);
  CHECK(lexicon("odeur de gaz, flexible").urgency == Urgency::emergency);
  CHECK(lexicon("gaz, flexible").urgency == Urgency::normal);
  CHECK(lexicon("ascenseur, peut attendre").urgency == Urgency::normal);
}

TEST_CASE("the common parts win over the dwelling") {
  SmallLexicon lexicon;
  lexicon.place(Place::common, {"hall"}).place(Place::dwelling, {"salon"});
  CHECK(lexicon("hall").place == Place::common);
  CHECK(lexicon("salon, hall").place == Place::common);
  CHECK(lexicon("hall, salon").place == Place::common);
}

TEST_CASE("the reasons are the terms as written in the order of the message") {
  SmallLexicon lexicon;
  lexicon.trade("plumbing", sure, {"Évier", "fuite"})
      .urgency("", Urgency::urgent, {"vite"})
      .place(Place::dwelling, {"cuisine"});
  CHECK(lexicon("vite fuite cuisine evier").because == std::vector<std::string>{"vite", "fuite", "cuisine", "Évier"});
}

TEST_CASE("the same message is understood the same way every time") {
  SmallLexicon lexicon;
  for (const char* trade : {"plumbing", "electrical", "joinery", "glazing", "heating"})
    lexicon.trade(trade, sure, {"panne"}).trade(trade, likely, {"casse"});
  const Understanding once = lexicon("panne et casse");
  for (int n = 0; n < 20; ++n) {
    CHECK(lexicon("panne et casse").trade == once.trade);
    CHECK(lexicon("panne et casse").because == once.because);
  }
}
