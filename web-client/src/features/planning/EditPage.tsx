import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { getBriefing, updateBriefing } from '@/api/briefings'
import { isRefusal } from '@/api/problem'
import type { Briefing, InvitedPoint } from '@/api/types'
import { useTitle } from '@/lib/title'
import { Button, ErrorState, Page, PageHeading, Skeleton } from '@/ui'
import { BRIEFINGS } from '../briefings/queries'
import { changeOf, formOf, type PlanForm } from './form'
import { PlanFormView, type Scope } from './PlanFormView'
import { allInvited } from './queries'

const route = getRouteApi('/signed-in/office/phien/$id/sua')

export function EditPage() {
  const { id } = route.useParams()
  const { t } = useTranslation('planning')
  // Fresh when the page opens, and then left alone: a refetch must not change a form that is being filled in.
  const loaded = useQuery({
    queryKey: ['edit', id],
    queryFn: async () => {
      const [briefing, points] = await Promise.all([getBriefing(id), allInvited(id)])
      return { briefing, points }
    },
    staleTime: Infinity,
    gcTime: 0,
  })
  useTitle(t('edit_title'))
  if (loaded.isError) {
    return (
      <Page>
        <ErrorState title={t('edit_failed')} error={loaded.error} onRetry={() => void loaded.refetch()} />
      </Page>
    )
  }
  if (loaded.data === undefined) {
    return (
      <Page>
        <Skeleton lines={10} />
      </Page>
    )
  }
  return (
    <Edit
      key={loaded.data.briefing.revision}
      briefing={loaded.data.briefing}
      points={loaded.data.points}
      onReload={() => void loaded.refetch()}
    />
  )
}

function Edit({ briefing, points, onReload }: { briefing: Briefing; points: InvitedPoint[]; onReload: () => void }) {
  const { t } = useTranslation('planning')
  const client = useQueryClient()
  const router = useRouter()
  const [initial] = useState(() => formOf(briefing, points))
  const save = useMutation({
    mutationFn: ({ form, scope }: { form: PlanForm; scope: Scope }) =>
      updateBriefing(briefing.id, changeOf(form, initial, briefing.revision), scope === 'series'),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: BRIEFINGS })
      await router.navigate({ to: '/phien/$id', params: { id: briefing.id } })
    },
  })
  const conflict = isRefusal(save.error, 'revision_conflict')
  return (
    <Page>
      <PageHeading title={t('edit_title')} note={briefing.title} />
      {conflict && (
        <div role="alert" className="mb-5 flex flex-wrap items-center gap-3 rounded-ctl bg-warn-tint p-4">
          <p className="flex-1 font-medium text-warn">{t('conflict')}</p>
          <Button onPress={onReload}>{t('conflict_reload')}</Button>
        </div>
      )}
      <PlanFormView
        initial={initial}
        editing
        inSeries={briefing.series_id !== null}
        submitText={t('save')}
        error={conflict ? null : save.error}
        isPending={save.isPending}
        onSubmit={(form, scope) => save.mutate({ form, scope })}
        onCancel={() => router.history.back()}
      />
    </Page>
  )
}
