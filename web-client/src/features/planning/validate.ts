import { fromLocal } from '@/lib/time'
import type { PlanForm } from './form'

/** Fields are named as the server names them, so that its refusals land in the same places. */
export type PlanErrorKey =
  | 'title_missing'
  | 'title_long'
  | 'host_missing'
  | 'chair_missing'
  | 'secretary_missing'
  | 'day_missing'
  | 'from_missing'
  | 'to_missing'
  | 'past'
  | 'to_before_from'
  | 'invite_missing'
  | 'agenda_title_missing'
  | 'until_missing'
  | 'until_before'
  | 'until_far'

export type PlanErrors = Partial<Record<string, PlanErrorKey>>

const TITLE_MAX = 200
/** A weekly series may not run longer than a year, so that nobody plans ten years by a slip of the hand. */
const SERIES_MAX_DAYS = 366

export function validate(form: PlanForm, now: Date, editing: boolean): PlanErrors {
  const errors: PlanErrors = {}
  const title = form.title.trim()
  if (title === '') errors.title = 'title_missing'
  else if (title.length > TITLE_MAX) errors.title = 'title_long'
  if (form.hostUnit === null) errors.host_unit = 'host_missing'
  if (form.chair === null) errors.chair_id = 'chair_missing'
  if (form.secretary === null) errors.secretary_id = 'secretary_missing'
  if (form.day === '') errors.day = 'day_missing'
  if (form.from === '') errors.starts_at = 'from_missing'
  if (form.to === '') errors.ends_at = 'to_missing'
  if (form.day !== '' && form.from !== '') {
    if (form.to !== '' && form.to <= form.from) errors.ends_at = 'to_before_from'
    if (!editing && fromLocal(form.day, form.to === '' ? form.from : form.to) < now) errors.day = 'past'
  }
  if (form.weekly) {
    if (form.until === '') errors['repeat.until'] = 'until_missing'
    else if (form.until <= form.day) errors['repeat.until'] = 'until_before'
    else if (Date.parse(form.until) - Date.parse(form.day) > SERIES_MAX_DAYS * 86_400_000)
      errors['repeat.until'] = 'until_far'
  }
  if (form.picks.length === 0) errors.invite = 'invite_missing'
  form.agenda.forEach((row, index) => {
    if (row.title.trim() === '') errors[`agenda.${index}.title`] = 'agenda_title_missing'
  })
  return errors
}

/** How many occurrences the weekly repetition makes, the first included. */
export function occurrences(day: string, until: string): number {
  const days = (Date.parse(until) - Date.parse(day)) / 86_400_000
  return Number.isFinite(days) && days >= 0 ? Math.floor(days / 7) + 1 : 0
}
