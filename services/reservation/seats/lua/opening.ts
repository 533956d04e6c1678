/**
 * How every script begins. KEYS[1] is `seats:{session}` and holds the epoch; the other keys are derived from it and lie
 * in the same slot, since they share its hash tag. ARGV[1] is the epoch that the caller knows, or empty for any.
 *
 * - `seats:{session}:d` stream: `<epoch>-<n>` → the change that made version n: state, units, state, units…
 * - `…:<epoch>:b` two bits a unit: 00 free, 01 held, 10 claimed or sold, 11 blocked
 * - `…:<epoch>:h` hash: `version`, `units`, `due` (nothing is due before), `touch` (when TTLs are refreshed), `w` (marks);
 *   `h:<holdId>` a hold or what is remembered of it, `o:<offerId>`, `m:<memberId>` held and claimed units of a member,
 *   `u:<unit>` `seq|member` of a claim
 * - `…:<epoch>:z` sorted set: `h:…` and `o:…` by the millisecond at which they end
 * - `…:<epoch>:t` list: `h:…` of holds that ended, oldest first
 */
export const opening = `
local base = KEYS[1]
local epoch = redis.call('GET', base)
if not epoch or (ARGV[1] ~= '' and ARGV[1] ~= epoch) then return {'stale'} end
local image = base .. ':' .. epoch
local h, b, z = image .. ':h', image .. ':b', image .. ':z'
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
`;

/** Of every key: how long a session that nobody touches stays. */
export const keptMs = 60 * 86_400_000;
/** How long it is remembered that a hold ended, and of how many. */
export const rememberedMs = 86_400_000;
export const rememberedHolds = 100_000;
/** So many changes, about, are there to catch up with. */
export const keptChanges = 10_000;
/** So many due holds a buyer's own command ends on its way. */
export const reapedOnTheWay = 16;
