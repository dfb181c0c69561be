import { useRouter } from '@tanstack/react-router'
import { ArrowRight, BookOpenText, CircleAlert, MicOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Briefing } from '@/api/types'
import { useAccount } from '@/app/session'
import { useNow } from '@/lib/clock'
import { clock } from '@/lib/time'
import { Button, Dialog, Headcount } from '@/ui'
import { AgendaList } from '../briefings/AgendaList'
import { isLive } from '../briefings/StateBadge'
import { agendaEndsAt, opensAt } from '../briefings/times'
import { setChoices, useChoices } from './choices'
import { countdown } from './countdown'
import { DeputyDialog } from './DeputyDialog'

/** What is being joined, who sits here, and the way in. */
export function JoinColumn({ briefing, audioOnly }: { briefing: Briefing; audioOnly: boolean }) {
  const { t } = useTranslation('lobby')
  const account = useAccount()
  const router = useRouter()
  const choices = useChoices()
  const [deputising, setDeputising] = useState(false)
  const [agenda, setAgenda] = useState(false)
  const [pressedEarly, setPressedEarly] = useState(false)
  const now = useNow(5_000)
  const over = briefing.state === 'closed' || briefing.state === 'cancelled'
  const refusal = over
    ? t(`over.${briefing.state === 'cancelled' ? 'cancelled' : 'closed'}`)
    : !briefing.may_join
      ? now < opensAt(briefing.starts_at)
        ? t('not_open', { time: clock(opensAt(briefing.starts_at)) })
        : t('not_allowed')
      : null

  const join = () => {
    if (refusal !== null) setPressedEarly(true)
    else void router.navigate({ to: '/phien/$id/hop', params: { id: briefing.id } })
  }

  return (
    <div className="flex min-w-0 flex-col">
      <h1 className="text-title1 font-semibold tracking-[-0.01em] max-tablet:text-title2">{briefing.title}</h1>
      <Starts briefing={briefing} />
      <div className="mt-7">
        <Row
          label={t('representative')}
          value={choices.deputy?.name ?? account.display_name}
          note={
            choices.deputy === null ? account.title : [t('deputising'), choices.deputy.title].filter(Boolean).join(': ')
          }
          action={
            <Button onPress={() => setDeputising(true)}>
              {choices.deputy === null ? t('deputy') : t('deputy_change')}
            </Button>
          }
        />
        <Row
          label={t('headcount')}
          note={t('headcount_note')}
          action={
            <Headcount
              compact
              label={t('headcount')}
              value={choices.headcount}
              onChange={(headcount) => setChoices({ headcount })}
            />
          }
        />
        <Row
          label={t('agenda')}
          value={
            briefing.agenda.length === 0
              ? t('agenda_none')
              : t('agenda_summary', {
                  count: briefing.agenda.length,
                  time: clock(agendaEndsAt(briefing.starts_at, briefing.agenda)),
                })
          }
          action={briefing.agenda.length > 0 && <Button onPress={() => setAgenda(true)}>{t('agenda_open')}</Button>}
        />
      </div>
      <div className="mt-auto pt-8 max-tablet:sticky max-tablet:bottom-0 max-tablet:-mx-4 max-tablet:bg-bg max-tablet:p-4">
        {pressedEarly && refusal !== null && (
          <p
            role="alert"
            className="mb-3 flex items-start gap-2 rounded-ctl bg-warn-tint p-3 text-body font-medium text-warn"
          >
            <CircleAlert aria-hidden size={18} className="mt-0.5 shrink-0" /> {refusal}
          </p>
        )}
        <Button
          variant="primary"
          className="min-h-16 w-full rounded-block! text-title3! desk:min-h-22 desk:text-[1.75rem]!"
          onPress={join}
        >
          {audioOnly ? t('join_audio') : t('join')}
          <ArrowRight aria-hidden size={28} strokeWidth={2.25} />
        </Button>
      </div>
      <ul className="mt-3.5 flex flex-col gap-1.5 text-lead text-text2">
        <li className="flex items-center gap-2.5">
          <MicOff aria-hidden size={21} className="shrink-0" /> {t('mic_off')}
        </li>
        <li className="flex items-center gap-2.5">
          <BookOpenText aria-hidden size={21} className="shrink-0" /> {t('recorded')}
        </li>
      </ul>
      {deputising && <DeputyDialog isOpen onClose={() => setDeputising(false)} />}
      <Dialog title={t('agenda')} isOpen={agenda} onClose={() => setAgenda(false)}>
        <AgendaList items={briefing.agenda} />
      </Dialog>
    </div>
  )
}

function Starts({ briefing }: { briefing: Briefing }) {
  const { t } = useTranslation(['lobby', 'briefings'])
  const now = useNow(5_000)
  const left = countdown(briefing.starts_at, now)
  return (
    <p className="mt-2 text-place text-text2">
      {t('briefings:hosted_by', { host: briefing.host.name })}.{' '}
      {isLive(briefing.state) ? (
        <>
          {t('running')} <span className="num font-semibold text-text">{clock(briefing.starts_at)}</span>.
        </>
      ) : (
        <>
          {t('starts')} <span className="num font-semibold text-text">{clock(briefing.starts_at)}</span>
          {(left.kind === 'days' || left.kind === 'hours' || left.kind === 'minutes') && (
            <>
              , {t('left')}{' '}
              <span className="font-semibold text-text">{t(`in.${left.kind}`, { count: left.count })}</span>
            </>
          )}
          .
        </>
      )}
    </p>
  )
}

function Row({ label, value, note, action }: { label: string; value?: string; note?: string; action: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-4.5 last:border-b">
      <div className="min-w-0 flex-1 basis-44">
        <p className="text-body text-text2">{label}</p>
        {value !== undefined && <p className="text-place leading-snug font-semibold">{value}</p>}
        {note !== undefined && note !== '' && <p className="text-body text-text2">{note}</p>}
      </div>
      {action}
    </div>
  )
}
