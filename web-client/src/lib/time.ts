import { currentLocale } from '@/i18n'

/** Every time is shown in Vietnam's time zone, whatever the machine is set to. */
export const ZONE = 'Asia/Ho_Chi_Minh'

type When = Date | string | number

const cache = new Map<string, Intl.DateTimeFormat>()

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = currentLocale() === 'en' ? 'en-GB' : 'vi-VN'
  const key = locale + JSON.stringify(options)
  let found = cache.get(key)
  if (found === undefined) {
    found = new Intl.DateTimeFormat(locale, { timeZone: ZONE, hourCycle: 'h23', ...options })
    cache.set(key, found)
  }
  return found
}

const two = (n: number) => String(n).padStart(2, '0')

export interface LocalParts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  /** 0 Monday … 6 Sunday. */
  weekday: number
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

const parts = new Intl.DateTimeFormat('en-US', {
  timeZone: ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  weekday: 'short',
})

/** The wall clock in Vietnam at an instant. */
export function localParts(when: When): LocalParts {
  const found = Object.fromEntries(parts.formatToParts(new Date(when)).map((p) => [p.type, p.value]))
  const number = (name: string) => Number(found[name] ?? 0)
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    hour: number('hour'),
    minute: number('minute'),
    weekday: WEEKDAYS.indexOf(found.weekday ?? 'Mon'),
  }
}

/** "08:30" */
export function clock(when: When): string {
  const p = localParts(when)
  return `${two(p.hour)}:${two(p.minute)}`
}

/** "08:30–10:45" */
export function clockRange(from: When, to: When): string {
  return `${clock(from)}–${clock(to)}`
}

/** "24/11/2026" */
export function date(when: When): string {
  const p = localParts(when)
  return `${two(p.day)}/${two(p.month)}/${p.year}`
}

/** "24/11" */
export function shortDate(when: When): string {
  const p = localParts(when)
  return `${two(p.day)}/${two(p.month)}`
}

/** "Thứ Ba" / "Tuesday" */
export function weekday(when: When): string {
  const name = format({ weekday: 'long' }).format(new Date(when))
  return name
    .replace(/^thứ (.)/i, (_, first: string) => `Thứ ${first.toUpperCase()}`)
    .replace(/^chủ nhật$/i, 'Chủ Nhật')
}

/** "2026-11-24", the form of date inputs and of the API. */
export function isoDate(when: When): string {
  const p = localParts(when)
  return `${p.year}-${two(p.month)}-${two(p.day)}`
}

/** The instant at which the clock in Vietnam shows this date and time. Vietnam keeps UTC+7 all year. */
export function fromLocal(isoDay: string, hhmm: string): Date {
  return new Date(`${isoDay}T${hhmm}:00+07:00`)
}

export function addDays(isoDay: string, days: number): string {
  const at = new Date(`${isoDay}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** Monday of the week that holds the day. */
export function mondayOf(isoDay: string): string {
  const weekdayIndex = (new Date(`${isoDay}T00:00:00Z`).getUTCDay() + 6) % 7
  return addDays(isoDay, -weekdayIndex)
}

/** "2:41" under an hour with minutes unpadded when asked, else "02:41" or "1:02:41". */
export function duration(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds))
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const rest = two(total % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${two(minutes)}:${rest}`
}

/** "3.355" in Vietnamese, "3,355" in English. */
export function integer(n: number): string {
  return decimal(n, 0)
}

/** "8,4" in Vietnamese, "8.4" in English. */
export function decimal(n: number, digits = 1): string {
  const locale = currentLocale() === 'en' ? 'en-GB' : 'vi-VN'
  const key = `${locale}${digits}`
  let format = numberFormats.get(key)
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits })
    numberFormats.set(key, format)
  }
  return format.format(n)
}

const numberFormats = new Map<string, Intl.NumberFormat>()
