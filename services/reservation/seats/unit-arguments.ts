/** Of one command: a script passes them on as arguments, whose number is limited. */
export const mostUnits = 500;

/** @throws RangeError when there is none, too many, one twice, or one that is no whole number */
export function checkUnits(units: readonly number[]): void {
  if (units.length === 0 || units.length > mostUnits)
    throw new RangeError(`1 to ${mostUnits} units, not ${units.length}`);
  for (const unit of units) {
    if (!Number.isSafeInteger(unit) || unit < 0) throw new RangeError(`${unit} is no unit`);
  }
  if (new Set(units).size < units.length) throw new RangeError('a unit comes twice');
}

/** @throws RangeError when it is not a positive whole number */
export function checkPositive(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value <= 0) throw new RangeError(`${name} is ${value}`);
}
