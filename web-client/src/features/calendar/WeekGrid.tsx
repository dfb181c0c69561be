import FullCalendar, { type EventDisplayInfo, type SlotLaneInfo } from '@fullcalendar/react'
import viLocale from '@fullcalendar/react/locales/vi'
import timeGrid from '@fullcalendar/react/timegrid'
import '@fullcalendar/react/skeleton.css'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { BriefingSummary } from '@/api/types'
import { clock, clockRange, isoDate, localParts, shortDate, weekday, ZONE, integer } from '@/lib/time'
import { cx } from '@/ui'
import { isLive } from '../briefings/StateBadge'
import { conflictOf, daysToShow, gridHours } from './week'

export interface WeekGridProps {
  monday: string
  briefings: BriefingSummary[]
  selected: string | null
  now: Date
  onSelect: (id: string) => void
}

interface Extra {
  briefing: BriefingSummary
  clash: boolean
  selected: boolean
}

export function WeekGrid({ monday, briefings, selected, now, onSelect }: WeekGridProps) {
  const { t, i18n } = useTranslation('calendar')
  const days = daysToShow(monday, briefings)
  const hours = gridHours(briefings)
  const events = useMemo(
    () =>
      briefings.map((briefing) => ({
        id: briefing.id,
        title: briefing.title,
        start: briefing.starts_at,
        end: briefing.ends_at,
        extendedProps: {
          briefing,
          clash: conflictOf(briefing, briefings) !== null,
          selected: briefing.id === selected,
        },
      })),
    [briefings, selected],
  )

  // The hour under the badge of the present gives way to it.
  const nowMinute = days.includes(isoDate(now)) ? localParts(now).hour * 60 + localParts(now).minute : null
  const hidden = (info: SlotLaneInfo) =>
    nowMinute !== null && info.time !== undefined && Math.abs(info.time.milliseconds / 60_000 - nowMinute) < 24

  return (
    <div
      role="region"
      aria-label={t('grid')}
      className="min-h-0 flex-1 overflow-hidden rounded-ctl border border-line bg-surface"
    >
      <FullCalendar
        key={`${monday}:${days.length}:${i18n.language}`}
        plugins={[timeGrid]}
        initialView="timeGridWeek"
        initialDate={monday}
        timeZone={ZONE}
        locales={[viLocale]}
        locale={i18n.language === 'en' ? 'en-GB' : 'vi'}
        firstDay={1}
        weekends={days.length > 5}
        headerToolbar={false}
        allDaySlot={false}
        height="100%"
        expandRows
        slotMinTime={hours.from}
        slotMaxTime={hours.to}
        slotDuration="00:30:00"
        slotHeaderInterval="00:30:00"
        businessHours={[
          { daysOfWeek: [1, 2, 3, 4, 5, 6, 0], startTime: '00:00', endTime: '11:30' },
          { daysOfWeek: [1, 2, 3, 4, 5, 6, 0], startTime: '13:30', endTime: '24:00' },
        ]}
        nowIndicator
        events={events}
        eventInteractive
        eventClick={({ event }) => onSelect(event.id)}
        nonBusinessHoursClass="bg-bg"
        dayHeaderDividerClass="border-b border-line"
        dayHeaderClass="border-l border-line"
        dayHeaderAlign="start"
        dayHeaderInnerClass="h-11 px-2.5 flex items-center"
        dayHeaderContent={(info) => <DayHeader date={info.date} isToday={info.isToday} />}
        dayLaneClass="border-l border-line"
        dayLaneInnerClass="mx-[3px]"
        slotLaneClass={(info) => (onTheHour(info) ? 'border-t border-line' : '')}
        slotHeaderAlign="end"
        slotHeaderInnerClass="num w-19 -translate-y-1/2 px-2 text-right text-meta leading-none text-text3"
        slotHeaderContent={(info) => (onTheHour(info) && !info.isFirst && !hidden(info) ? info.text : '')}
        slotHeaderFormat={{ hour: '2-digit', minute: '2-digit', hour12: false }}
        nowIndicatorHeaderClass="start-0 w-19 flex justify-end pr-2 -translate-y-1/2"
        nowIndicatorHeaderContent={(info) => (
          <span className="num rounded-tag bg-son px-2 py-0.5 text-meta font-semibold text-white">
            {clock(info.date)}
          </span>
        )}
        nowIndicatorLineClass="now-line border-t-2 border-son"
        nowIndicatorDotClass="size-2.5 -translate-x-1/2 -translate-y-1/2 rounded-full bg-son"
        columnEventClass={eventClass}
        columnEventInnerClass="h-full overflow-hidden py-1 pr-1.5 pl-2"
        eventContent={(info) => <EventBody info={info} />}
      />
    </div>
  )
}

function onTheHour(info: SlotLaneInfo): boolean {
  return info.time !== undefined && info.time.milliseconds % 3_600_000 === 0
}

function extra(info: EventDisplayInfo): Extra {
  return info.event.extendedProps as unknown as Extra
}

function eventClass(info: EventDisplayInfo): string {
  const { briefing, clash, selected } = extra(info)
  return cx(
    'mb-px cursor-pointer rounded-ctl border-l-4 outline-1 outline-surface',
    look(briefing, clash),
    selected && 'outline-2 outline-text',
  )
}

function look(briefing: BriefingSummary, clash: boolean): string {
  if (isLive(briefing.state)) return 'border-gold bg-pri text-white'
  if (briefing.state === 'cancelled') return 'border-ctl bg-surface text-text3 outline-line line-through'
  if (briefing.state === 'closed') return 'border-ctl bg-sunken text-text2'
  if (clash) return 'border-bad bg-bad-tint text-text'
  return 'border-pri bg-pri-tint text-text'
}

function EventBody({ info }: { info: EventDisplayInfo }) {
  const { t } = useTranslation(['calendar', 'common', 'briefings'])
  const { briefing, clash } = extra(info)
  const minutes = (Date.parse(briefing.ends_at) - Date.parse(briefing.starts_at)) / 60_000
  const label = t('event', {
    title: briefing.title,
    day: `${weekday(briefing.starts_at)} ${shortDate(briefing.starts_at)}`,
    time: clockRange(briefing.starts_at, briefing.ends_at),
    state: clash ? t('conflict') : t(`common:briefing_state.${briefing.state}`),
  })
  return (
    <>
      <span className="sr-only">{label}</span>
      <span aria-hidden className="block text-small leading-[1.25] font-semibold">
        {briefing.title}
      </span>
      {minutes >= 60 && (
        <span aria-hidden className="block text-meta opacity-90">
          <span className="num">
            {minutes > 90 ? clockRange(briefing.starts_at, briefing.ends_at) : clock(briefing.starts_at)}
          </span>
          {minutes > 90 && !info.isNarrow && (
            <>
              <span className="block">{t('briefings:hosted_by', { host: briefing.host.name })}</span>
              <span className="block">
                {t('briefings:points', { count: briefing.point_count, n: integer(briefing.point_count) })}
              </span>
            </>
          )}
        </span>
      )}
    </>
  )
}

function DayHeader({ date, isToday }: { date: Date; isToday: boolean }) {
  return (
    <span className="flex items-center gap-2 text-body whitespace-nowrap">
      <span className={isToday ? 'font-semibold' : ''}>{weekday(date)}</span>
      <span className={cx('num', isToday ? 'rounded-tag bg-son px-2 py-0.5 font-semibold text-white' : 'text-text3')}>
        {shortDate(date)}
      </span>
    </span>
  )
}
