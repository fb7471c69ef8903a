import { MARKETING_IDS, renderCampaignNo, renderMoment } from './campaign-plan-store.ts';
import { findChannel } from './campaigns.ts';
import { writeExperiments } from './experiments-store.ts';
import type { GeneratorContext } from './generator.ts';

const EMAIL = {
  /** E-mails a lead is sent at most; from one to this many, alike likely. */
  most: 5,
  /** Days from one to the next, and how far one may be late. */
  gap: 6,
  late: 5,
  bounced: 0.02,
  opened: 0.36,
  /** Share of openings by a machine: they come within a minute and nobody clicks. */
  machine: 0.15,
  /** Share of people's openings that lead to a click. */
  clicked: 0.14,
  /** How far the rates swing over the year: read most in early spring, bounced most half a year later. */
  season: 0.13,
  openHours: 6,
};

const SOCIAL = {
  perWeek: 3,
  /** Days for which a post is counted, and over how many its reach falls to a third. */
  days: 14,
  fadeDays: 2.4,
  channels: [
    { name: 'linkedin', followers: 4200, reach: 0.21, engaged: 0.034 },
    { name: 'twitter', followers: 1900, reach: 0.14, engaged: 0.013 },
    { name: 'meta', followers: 1300, reach: 0.11, engaged: 0.019 },
    { name: 'tiktok', followers: 600, reach: 0.55, engaged: 0.042 },
  ],
  /** Followers won a day, as a share of those at first. */
  growth: 0.0021,
  /** Spread of how well a post does, on the log scale. */
  quality: 0.55,
};

/** `raw.email_sends`: one row per e-mail to a lead, in order of lead: those of the weeks after it came in. */
async function writeEmailSends(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance, stamp } = context;
  const { gap, late, season } = EMAIL;
  const keyed = `(
    select *, ${chance.subkey('lead_key', 'send_no + 64')} as h
    from (
      select lead_id, created_day, h as lead_key,
        unnest(range(1 + ${chance.pick('h', 'sends', EMAIL.most)}))::integer as send_no
      from scratch.leads
    )
  )`;
  const draws = ['day+hour', 'bounced+speed', 'opened+machine', 'clicked+delay'];
  const known = (second: string) =>
    `case when ${second} <= ${plan.days * 86_400 + 86_399} then ${renderMoment(context, '0', second)} end`;
  await engine.execute(`
    insert into raw.email_sends by name
    with dated as (
      select *, created_day + 1 + send_no * ${gap} + cast(floor(u_day * ${late}) as integer) as day_no
      from ${chance.withDraws(keyed, 'h', draws)}
    ), seasoned as (
      select *,
        1 + ${season} * sin(2 * pi() * (dayofyear(date '${plan.asOf}' - ${plan.days} + day_no) + 20) / 365.25)
          as season,
        day_no::bigint * 86400 + 25200 + cast(floor(u_hour * 36000) as integer) as sent
      from dated
      where day_no <= ${plan.days}
    ), received as (
      select *,
        case when u_bounced >= ${EMAIL.bounced} * (2 - season)
          then sent + 1 + cast(floor(u_speed * 40) as integer) end as delivered,
        u_opened < ${EMAIL.opened} * season as is_opened,
        u_machine < ${EMAIL.machine} as is_machine
      from seasoned
    ), opened as (
      select *, case when is_opened then delivered + case when is_machine then 1 + cast(floor(u_delay * 50)
        as integer)
          else 60 + cast(floor(-ln(u_delay) * ${EMAIL.openHours * 3600}) as integer) end end as opened
      from received
    )
    select concat('m', right(lead_id, 9), send_no) as message_id,
      ${MARKETING_IDS.campaign(renderCampaignNo('day_no', String(findChannel('email')), 'u_day'))}
        as campaign_id,
      lead_id as recipient_id,
      ${renderMoment(context, '0', 'sent')} as sent_at,
      ${known('delivered')} as delivered_at,
      ${known('opened')} as opened_at,
      case when not is_machine and u_clicked < ${EMAIL.clicked}
        then ${known('(opened + 5 + cast(floor(u_speed * 400) as integer))')} end
        as clicked_at,
      case when delivered is null then ${known('(sent + 2 + cast(floor(u_speed * 900) as integer))')} end
        as bounced_at,
      case when opened <= ${plan.days * 86_400 + 86_399} then is_machine end as machine_open,
      ${stamp}
    from opened`);
}

/** The followers of each channel at the end of each day: they grow by what each day wins. */
function renderFollowers({ plan, chance }: GeneratorContext): string {
  const rows = SOCIAL.channels.map(
    ({ name, followers, reach, engaged }, index) =>
      `(${index}, '${name}', ${followers}, ${reach}::double, ${engaged}::double)`,
  );
  return `
    channels as (
      select * from (values ${rows.join(', ')}) as channels(channel_no, channel, first, reach, engaged)
    ), won as (
      select channels.*, day_no::integer as day_no,
        cast(floor(first * ${SOCIAL.growth} * (1 + day_no / ${plan.days})
          * (0.2 + 1.6 * ${chance.unit('h', 'won')})) as bigint) as won
      from (
        select *, ${chance.key('day_no * 16 + channel_no', 'followers')} as h
        from channels cross join range(${plan.days} + 1) as days(day_no)
      ) as channels
    ), followed as (
      select *,
        cast(first + sum(won) over (partition by channel_no order by day_no rows unbounded preceding)
          as bigint)
          as followers
      from won
    )`;
}

/** `raw.social_posts`: one row per post and day of its first fortnight; channels take turns. */
async function writeSocialPosts(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance, stamp } = context;
  const { perWeek, days, fadeDays, quality, channels } = SOCIAL;
  await engine.execute(`
    insert into raw.social_posts by name
    with ${renderFollowers(context)}, posted as (
      select post_no, h, post_no % ${channels.length} as channel_no,
        exp(${quality} * ${chance.normal('h', 'quality')}) as quality,
        (post_no // ${perWeek} * 7 + post_no % ${perWeek} * 2 + ${chance.pick('h', 'day', 2)})::integer
          as posted_day
      from (
        select post_no, ${chance.key('post_no', 'post')} as h
        from range((${plan.days} // 7 + 1) * ${perWeek}) as posts(post_no)
      )
    ), counted as (
      select *, posted_day + age as day_no, ${chance.subkey('h', 'age')} as ha
      from (select *, unnest(range(${days}))::integer as age from posted)
    ), rated as (
      select counted.*, followed.channel, followed.followers, followed.engaged,
        1 + followed.followers * followed.reach * counted.quality * exp(-age / ${fadeDays}::double) as rate,
        ${chance.normal('ha', 'shown')} as normal
      from counted
      inner join followed on followed.channel_no = counted.channel_no and followed.day_no = counted.day_no
    ), shown as (
      select *, ${chance.count('rate', 'normal')}::bigint as impressions,
        ${chance.otherNormal('ha', 'shown')} as other from rated
    ), liked as (
      select *, 0.2 + engaged * sqrt(quality) * impressions as like_rate from shown
    )
    select ${chance.shortId('p', 'post_no', 'post')} as post_id,
      date '${plan.asOf}' - ${plan.days} + day_no as date, channel,
      impressions,
      least(impressions, ${chance.count('like_rate', 'other')}) as engagements,
      followers,
      ${stamp}
    from liked
    order by post_no, day_no`);
}

/** What goes out to people: e-mails to leads, social posts, experiments on users, customers and visitors. */
export async function writeOutreach(context: GeneratorContext): Promise<void> {
  await writeEmailSends(context);
  await writeSocialPosts(context);
  await writeExperiments(context);
}
