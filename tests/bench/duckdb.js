// DuckDB's answers to what `regie report targets` and `regie report providers` ask, for tests/bench/reports.sh:
//   node duckdb.js load FACTS DATABASE                   facts of make_history into native tables
//   node duckdb.js targets|providers FROM BEFORE DATABASE  figures of a period (seconds since 1970), as JSON
//   node duckdb.js start DATABASE                        opens it, asks nothing: what a start costs
//   node duckdb.js compare targets|providers DUCKDB.json REGIE.json  exit 1 when the two do not count the same
//
// It is made easy for DuckDB: facts are decided already, as in regie's packs; codes are ENUMs; one scan for all groups;
// times to accept, to come and to finish are differences of moments, where regie counts opening hours; no line over
// twelve months, no ceilings, nothing about what was left out. One thread, as regie has.
const fs = require('fs');

const enums = ['residence', 'trade', 'urgency', 'provider'];

async function connect(file, options) {
  const { DuckDBInstance } = require('@duckdb/node-api');
  const instance = await DuckDBInstance.create(file, { threads: '1', ...options });
  return instance.connect();
}

async function load(folder, file) {
  const database = await connect(file, {});
  const csv = (name) => `read_csv('${folder}/${name}.csv', header = true, all_varchar = true)`;
  for (const name of enums) {
    const source = ['round', 'job', 'visit'].map((table) => `select coalesce(${name}, '') code from ${csv(table)}`);
    await database.run(`create type ${name}_code as enum (select distinct code from (${source.join(' union all ')}) order by code)`);
  }
  await database.run(`create table residence as select code::residence_code as code, agency from ${csv('residence')}`);
  const number = { request: 'integer', cost: 'bigint', cancelled: 'utinyint', ended_how: 'utinyint',
    rework: 'boolean', callback: 'boolean', tacit: 'boolean' };
  for (const table of ['round', 'job', 'visit']) {
    const header = fs.readFileSync(`${folder}/${table}.csv`, { encoding: 'utf8' }).split('\n', 1)[0].split(',');
    const columns = header.map((name) => enums.includes(name) ? `coalesce(${name}, '')::${name}_code as ${name}`
      : `"${name}"::${number[name] ?? 'bigint'} as "${name}"`);
    await database.run(`create table ${table} as select ${columns.join(', ')} from ${csv(table)}`);
  }
  await database.run('checkpoint');
}

const inPeriod = (moment) => `${moment} >= $1 and ${moment} < $2`;

const questions = {
  targets: () => `
    with decided as (
      select urgency, trade, agency, kept_at is not null as kept,
             least(coalesce(done, "over", $2), $2) as ended, due
      from round join residence on residence.code = round.residence
      where least(kept_at, missed_at) >= $1 and least(kept_at, missed_at) < $2 and trade <> 'none')
    select urgency, trade, agency, count(*) as decided, count(*) filter (kept) as kept, count(*) filter (not kept) as missed,
           count(*) filter (not kept and ended = $2) as still_missed,
           quantile_disc(greatest(0, ended - due), [0.5, 0.9]) filter (not kept) as over_by
    from decided group by grouping sets ((urgency), (trade), (agency), ())`,
  // Two periods are read: the one asked for, and as long a time before, $3.
  providers: () => `
    with counted as (
      select provider,
        count(*) filter (not rework and ${inPeriod('ordered')}) as orders,
        count(*) filter (${inPeriod('accepted')}) as accepted,
        count(*) filter (ended_how = 2 and ${inPeriod('ended')}) as declined,
        count(*) filter (ended_how = 3 and ${inPeriod('ended')}) as withdrawn,
        count(*) filter (${inPeriod('done')}) as done,
        count(*) filter (${inPeriod('kept_at')}) as promise_kept,
        count(*) filter (${inPeriod('missed_at')}) as promise_missed,
        count(*) filter (kept_at >= $3 and kept_at < $1) as kept_before,
        count(*) filter (missed_at >= $3 and missed_at < $1) as missed_before,
        count(*) filter (not tacit and ${inPeriod('checked')}) as checks,
        count(*) filter (ended_how = 4 and ${inPeriod('checked')}) as checks_failed,
        count(*) filter (callback and not rework and ${inPeriod('ordered')}) as callbacks,
        count(*) filter (ended is null or ended >= $2) as running,
        count(*) filter ((ended is null or ended >= $2) and missed_at < $2) as running_late,
        sum(cost) filter (${inPeriod('done')}) as cost,
        quantile_disc(accepted - ordered, [0.5, 0.9]) filter (${inPeriod('accepted')}) as to_accept,
        quantile_disc(came - ordered, [0.5, 0.9]) filter (${inPeriod('came')}) as to_come,
        quantile_disc(done - ordered, [0.5, 0.9]) filter (${inPeriod('done')}) as to_finish
      from job
      where ordered < $2 and (ended is null or ended >= $3 or checked >= $1)
      group by grouping sets ((provider), ())),
    nobody as (select provider, count(*) as no_access from visit where ${inPeriod('"at"')} group by grouping sets ((provider), ()))
    select counted.*, coalesce(no_access, 0) as no_access
    from counted left join nobody on counted.provider is not distinct from nobody.provider`,
};

async function ask(question, from, before, file) {
  const database = await connect(file, { access_mode: 'READ_ONLY' });
  const values = { 1: BigInt(from), 2: BigInt(before) };
  if (question === 'providers') values[3] = BigInt(2 * from - before);
  const reader = await database.runAndReadAll(questions[question](), values);
  console.log(JSON.stringify(reader.getRowObjectsJson()));
}

// ---- the same figures?

const read = (file) => JSON.parse(fs.readFileSync(file, { encoding: 'utf8' }));

function differences(what, mine, theirs, keys) {
  const found = [];
  if (mine === undefined) return [`${what}: DuckDB has none`];
  for (const key of keys)
    if (Number(mine[key]) !== Number(theirs[key])) found.push(`${what}: ${key} is ${theirs[key]} in regie, ${mine[key]} in DuckDB`);
  return found;
}

function compare(question, duckdb, regie) {
  const rows = read(duckdb);
  const { sections } = read(regie);
  const found = [];
  let compared = 0;
  const section = (name, by, keys, pick) => {
    for (const row of sections[name].rows) {
      ++compared;
      found.push(...differences(`${by} ${row[by]}`, rows.find((one) => one[by] === row[by] && pick(one)), row, keys));
    }
  };
  if (question === 'targets') {
    const keys = ['decided', 'kept', 'missed'];  // in still_missed regie knows when late work was found bad, DuckDB not
    for (const by of ['urgency', 'trade', 'agency']) section(`by_${by}`, by, keys, () => true);
  } else {
    section('by', 'provider', ['orders', 'accepted', 'declined', 'withdrawn', 'done', 'promise_kept', 'promise_missed',
      'checks', 'checks_failed', 'callbacks', 'running', 'running_late', 'no_access'], () => true);
  }
  if (compared === 0) found.push('regie has no figures');
  for (const difference of found) console.error(`${question}: ${difference}`);
  process.exitCode = found.length > 0 ? 1 : 0;
}

const [what, ...words] = process.argv.slice(2);
if (what === 'load') load(...words);
else if (what === 'start') connect(words[0], { access_mode: 'READ_ONLY' });
else if (what === 'compare') compare(...words);
else ask(what, Number(words[0]), Number(words[1]), words[2]);
