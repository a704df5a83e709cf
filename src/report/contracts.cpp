#include "report/contracts.hpp"

#include <algorithm>

namespace regie::report {

namespace {

Moment order_sent(const Source::Told& told, const Job& job) {
  const Job* at = &job;
  while (at->rework && at != told.jobs.data()) --at;
  return at->ordered;
}

}  // namespace

const Contract* contract_of(const Source& source, const Source::Told& told, const Job& job) {
  const Round& round = told.round;
  const Provider* provider = source.landlord().find_provider(source.text(job.provider));
  if (provider == nullptr) return nullptr;
  const LocalDay day = std::chrono::floor<std::chrono::days>(source.zone().local(instant(order_sent(told, job))));
  const auto has = [](const std::vector<std::string>& list, const std::string& text) {
    return list.empty() || std::ranges::find(list, text) != list.end();
  };
  const auto covers = [&](const Contract& contract) {
    return std::ranges::find(contract.trades, source.text(round.trade)) != contract.trades.end() &&
           has(contract.residences, source.text(round.residence)) &&
           has(contract.sectors, source.text(source.sector_of(round.residence)));
  };
  const Contract* ended = nullptr;
  for (const Contract& contract : provider->contracts) {
    if (!covers(contract)) continue;
    if (is_valid(contract, day)) return &contract;
    if (contract.finishes_begun && contract.to && *contract.to < day) ended = &contract;
  }
  return ended;
}

}  // namespace regie::report
