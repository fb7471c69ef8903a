-- Against the 95th percentiles of the chi-square distribution, and closed forms.
with known as (
    select 1 as degrees, 3.841458820694124 as x, 0.05 as tail
    union all
    select 2 as degrees, 5.991464547107979 as x, 0.05 as tail
    union all
    select 3 as degrees, 7.814727903251179 as x, 0.05 as tail
    union all
    select 4 as degrees, 9.487729036781154 as x, 0.05 as tail
    union all
    select 5 as degrees, 11.070497693516351 as x, 0.05 as tail
    union all
    select 6 as degrees, 12.591587243743977 as x, 0.05 as tail
    union all
    select 7 as degrees, 14.067140449340169 as x, 0.05 as tail
    union all
    select 8 as degrees, 15.507313055865453 as x, 0.05 as tail
    union all
    select 9 as degrees, 16.918977604620448 as x, 0.05 as tail
    union all
    select 1 as degrees, 0.0 as x, 1.0 as tail
    union all
    select 4 as degrees, 0.0 as x, 1.0 as tail
    union all
    select 5 as degrees, 0.0 as x, 1.0 as tail
    union all
    select 2 as degrees, 4.0 as x, 0.1353352832366127 as tail
    union all
    select 1 as degrees, 22.08911 as x, 0.0000026028213893454347 as tail
),

measured as (
    select degrees, x, tail, {{ chi_square_tail('x', 'degrees') }} as measured_tail
    from known
),

final as (
    select degrees, x, tail, measured_tail
    from measured
    where measured_tail is null or abs(measured_tail - tail) > 0.0000000001 * tail
)

select * from final
