export { clock as timeOfDay, decimal, duration as clock, integer } from '@/lib/time'
import { clock as timeOfDay } from '@/lib/time'

const two = (value: number) => String(value).padStart(2, '0')

/** "0:08": for short waits. */
export function shortClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`
}

/** "09:41:10". */
export function timeWithSeconds(at: string | number): string {
  return `${timeOfDay(at)}:${two(new Date(at).getUTCSeconds())}`
}
