import {
  getCountryCallingCode,
  isSupportedCountry,
  Metadata,
  type NumberingPlan,
  parsePhoneNumberFromString as parse,
} from 'libphonenumber-js/max';

/** What a region's numbers look like. */
type Plan = {
  callingCode: string;
  /** What an international number is dialled with. */
  abroad: RegExp;
  hasTrunkZero: boolean;
  /** How many digits mobile and fixed lines have. */
  lengths: ReadonlySet<number>;
};

// What the class can say, and its types leave out.
type KnownPlan = NumberingPlan & {
  nationalPrefix: () => string | undefined;
  type: (name: 'MOBILE' | 'FIXED_LINE') => { possibleLengths: () => number[] | undefined } | undefined;
};

const plans = new Map<string, Plan | null>();

function planOf(region: string): Plan | null {
  let plan = plans.get(region);
  if (plan === undefined) {
    plan = makePlan(region);
    plans.set(region, plan);
  }
  return plan;
}

function makePlan(region: string): Plan | null {
  if (!isSupportedCountry(region)) return null;
  const metadata = new Metadata();
  metadata.selectNumberingPlan(region);
  const plan = metadata.numberingPlan as KnownPlan;
  const lengths = (['MOBILE', 'FIXED_LINE'] as const).flatMap(
    (type) => plan.type(type)?.possibleLengths() ?? plan.possibleLengths(),
  );
  return {
    callingCode: getCountryCallingCode(region),
    abroad: new RegExp(`^(?:${plan.IDDPrefix()})(?=[1-9])`),
    hasTrunkZero: plan.nationalPrefix() === '0',
    lengths: new Set(lengths),
  };
}

/** Whether no mobile or fixed line of the region has so many digits. */
export function isTooLong(national: string, region: string): boolean {
  const plan = planOf(region);
  return plan !== null && national.length > Math.max(...plan.lengths);
}

/** E.164 of a number with its country code; null where that cannot be its length. */
export function readInternational(digits: string): string | null {
  const parsed = parse(`+${digits}`, { extract: false });
  return parsed?.isPossible() ? parsed.number : null;
}

/**
 * E.164 of digits that say no country: of the region, where it has lines of so many digits or the number is valid there; else
 * of the country whose code they begin with, where it is valid there. Null where neither is so.
 */
export function readDigits(digits: string, region: string): string | null {
  const plan = planOf(region);
  if (plan !== null) {
    const abroad = digits.replace(plan.abroad, '');
    const dialled = abroad === digits ? null : readInternational(abroad);
    const own = dialled ?? readNational(digits, region, plan);
    if (own !== null) return own;
  }
  const foreign = parse(`+${digits}`, { extract: false });
  return foreign?.isValid() ? foreign.number : null;
}

function readNational(digits: string, region: string, plan: Plan): string | null {
  const { callingCode, lengths } = plan;
  const withoutTrunk = (text: string) => (plan.hasTrunkZero ? text.replace(/^0+/, '') : text);
  const bare = withoutTrunk(digits);
  if (lengths.has(bare.length)) return `+${callingCode}${bare}`;
  const national = bare.startsWith(callingCode) ? withoutTrunk(bare.slice(callingCode.length)) : '';
  if (lengths.has(national.length)) return `+${callingCode}${national}`;
  const parsed = isSupportedCountry(region) ? parse(digits, { defaultCountry: region, extract: false }) : undefined;
  if (parsed?.countryCallingCode !== callingCode) return null;
  const isShort = bare.length < digits.length && bare.length < Math.min(...lengths);
  return (isShort && parsed.isPossible()) || parsed.isValid() ? parsed.number : null;
}
