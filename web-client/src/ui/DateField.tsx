import { type CalendarDate, parseDate, parseTime } from '@internationalized/date'
import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react'
import {
  Button as AriaButton,
  Calendar,
  CalendarCell,
  CalendarGrid,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  Popover,
  TimeField as AriaTimeField,
} from 'react-aria-components'
import { cx } from './cx'
import { FieldError, FieldLabel } from './field'
import { popoverClass } from './Select'

const groupClass =
  'flex h-11 items-center rounded-ctl border border-ctl bg-surface pl-3 invalid:border-bad focus-within:border-pri'
const segmentClass =
  'num rounded-tag px-0.5 text-body outline-none placeholder:text-text3 focused:bg-pri focused:text-white'

export interface DateFieldProps {
  label: string
  /** YYYY-MM-DD, or empty. */
  value: string
  onChange: (day: string) => void
  error?: string | undefined
  className?: string
}

function dayOrNull(value: string): CalendarDate | null {
  try {
    return parseDate(value)
  } catch {
    return null
  }
}

/** A day, typed or picked. */
export function DateField({ label, value, onChange, error, className }: DateFieldProps) {
  return (
    <DatePicker
      value={dayOrNull(value)}
      onChange={(day) => onChange(day?.toString() ?? '')}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={cx('block', className)}
    >
      <FieldLabel>{label}</FieldLabel>
      <Group className={groupClass}>
        <DateInput className="flex flex-1">
          {(segment) => <DateSegment segment={segment} className={segmentClass} />}
        </DateInput>
        <AriaButton className="flex size-11 items-center justify-center rounded-ctl text-text2">
          <CalendarDays aria-hidden size={18} />
        </AriaButton>
      </Group>
      <FieldError>{error}</FieldError>
      <Popover className={cx(popoverClass, 'p-3')}>
        <Dialog className="outline-none">
          <Calendar>
            <div className="mb-2 flex items-center">
              <AriaButton
                slot="previous"
                className="flex size-10 items-center justify-center rounded-ctl hovered:bg-sunken"
              >
                <ChevronLeft aria-hidden size={18} />
              </AriaButton>
              <Heading className="flex-1 text-center text-body font-semibold" />
              <AriaButton
                slot="next"
                className="flex size-10 items-center justify-center rounded-ctl hovered:bg-sunken"
              >
                <ChevronRight aria-hidden size={18} />
              </AriaButton>
            </div>
            <CalendarGrid className="[&_th]:text-small [&_th]:font-normal [&_th]:text-text3">
              {(day) => (
                <CalendarCell
                  date={day}
                  className="num flex size-10 items-center justify-center rounded-ctl text-body hovered:bg-sunken selected:bg-pri selected:text-white outside-month:invisible"
                />
              )}
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  )
}

export interface TimeFieldProps {
  label: string
  /** HH:MM, or empty. */
  value: string
  onChange: (time: string) => void
  error?: string | undefined
  className?: string
}

/** A time of day on the 24-hour clock. */
export function TimeField({ label, value, onChange, error, className }: TimeFieldProps) {
  return (
    <AriaTimeField
      value={/^\d{2}:\d{2}$/.test(value) ? parseTime(value) : null}
      onChange={(time) => onChange(time?.toString().slice(0, 5) ?? '')}
      hourCycle={24}
      shouldForceLeadingZeros
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={cx('block', className)}
    >
      <FieldLabel>{label}</FieldLabel>
      <DateInput className={cx(groupClass, 'pr-3')}>
        {(segment) => <DateSegment segment={segment} className={segmentClass} />}
      </DateInput>
      <FieldError>{error}</FieldError>
    </AriaTimeField>
  )
}
