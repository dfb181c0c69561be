import { Wifi, WifiOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PointRow, SeatQuality } from '@/protocol/generated'
import { cx } from '@/ui'
import { useView } from '../context'
import { decimal, integer } from '../format'
import { figuresOf, linkTone } from './status'

/** From here on a loss is worth a colour, percent: repair hides less than that. */
const HEAVY_LOSS = 8

/** The worse of the two ways, with an arrow. */
export function LossCell({ figures }: { figures: SeatQuality }) {
  const { t } = useTranslation('room')
  const up = figures.loss_up > figures.loss_down
  const loss = up ? figures.loss_up : figures.loss_down
  if (loss === 0) return <span className="text-text3">0%</span>
  return (
    <span className={loss >= HEAVY_LOSS ? 'font-semibold text-warn' : 'text-text2'}>
      <span aria-hidden>{`${up ? '↑' : '↓'} ${loss}%`}</span>
      <span className="sr-only">{t(up ? 'board.lost_up' : 'board.lost_down', { n: loss })}</span>
    </span>
  )
}

/** Which layer of the main picture arrives. */
export function MainCell({ figures }: { figures: SeatQuality }) {
  const { t } = useTranslation('room')
  if (figures.main === 'nothing') return null
  return (
    <span className={figures.main === 'paused' ? 'font-medium text-warn' : 'text-text2'}>
      {t(`picture.${figures.main}`)}
    </span>
  )
}

/** All figures of one point's link: what to say to its technician on the phone. */
export function LinkFigures({ row }: { row: PointRow }) {
  const { t } = useTranslation('room')
  const figures = useView((view) => figuresOf(row, view.quality))
  const Icon = figures === null ? WifiOff : Wifi
  const rate = (kbps: number) =>
    kbps < 1_000
      ? t('figures.kbps', { n: integer(kbps) })
      : t('figures.mbps', { n: decimal(kbps / 1_000) })
  return (
    <section aria-labelledby="link-figures" className="mt-5 border-t border-line pt-4" data-testid="link-figures">
      <h3 id="link-figures" className="flex items-center gap-2 text-lead font-semibold">
        <Icon aria-hidden size={18} className={cx('shrink-0', figures === null ? 'text-text3' : linkTone(row.link))} />
        {t('figures.link_title')}
        {figures !== null && row.link !== 'unknown' && (
          <span className={linkTone(row.link)} data-testid="figure-word">
            {t(`quality.${row.link}`)}
          </span>
        )}
      </h3>
      {figures === null ? (
        <p className="mt-1.5 text-body text-text2">{t('figures.link_none')}</p>
      ) : (
        <>
          <dl className="mt-2.5 grid grid-cols-2 gap-x-6 gap-y-2.5 text-body">
            <Figure name="loss" bad={Math.max(figures.loss_down, figures.loss_up) >= HEAVY_LOSS}>
              {t('figures.loss_down', { n: figures.loss_down })}, {t('figures.loss_up', { n: figures.loss_up })}
            </Figure>
            <Figure name="rtt">{figures.rtt_ms === null ? '' : t('figures.ms', { n: integer(figures.rtt_ms) })}</Figure>
            <Figure name="jitter">{t('figures.ms', { n: integer(figures.jitter_ms) })}</Figure>
            <Figure name="main" bad={figures.main === 'paused'}>
              {t(`picture.${figures.main}`)}
            </Figure>
            <Figure name="freezes" bad={figures.freezes > 0}>
              {figures.freezes === 0
                ? t('figures.freezes_0')
                : t(figures.frozen_seconds === 0 ? 'figures.freezes_short' : 'figures.freezes_n', {
                    n: figures.freezes,
                    s: figures.frozen_seconds,
                  })}
            </Figure>
            <Figure name="estimate">{rate(figures.estimate_kbps)}</Figure>
            <Figure name="sent">{rate(figures.sent_kbps)}</Figure>
            <Figure name="received">{rate(figures.received_kbps)}</Figure>
          </dl>
          <p className="mt-2.5 text-small text-text2">{t('figures.link_note')}</p>
        </>
      )}
    </section>
  )
}

type FigureName = 'loss' | 'rtt' | 'jitter' | 'main' | 'freezes' | 'estimate' | 'sent' | 'received'

function Figure({ name, bad = false, children }: { name: FigureName; bad?: boolean; children: ReactNode }) {
  const { t } = useTranslation('room')
  return (
    <div>
      <dt className="text-small text-text2">{t(`figures.${name}`)}</dt>
      <dd className={cx('num font-semibold', bad && 'text-warn')} data-testid={`figure-${name}`}>
        {children}
      </dd>
    </div>
  )
}
