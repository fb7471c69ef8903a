-- Against erfc(|z| / √2) / 2 of the C library: to 1e-15, and small ones to 1e-8 of themselves.
with known as (
    select '0' as z, '0.5' as tail
    union all
    select '0.5' as z, '0.3085375387259869' as tail
    union all
    select '1' as z, '0.15865525393145707' as tail
    union all
    select '1.6448536269514722' as z, '0.05000000000000007' as tail
    union all
    select '1.959963984540054' as z, '0.02500000000000002' as tail
    union all
    select '-1.959963984540054' as z, '0.02500000000000002' as tail
    union all
    select '3' as z, '0.0013498980316300957' as tail
    union all
    select '5' as z, '2.866515718791946e-07' as tail
    union all
    select '7' as z, '1.279812543885835e-12' as tail
    union all
    select '7.08' as z, '7.207723086467529e-13' as tail
    union all
    select '10' as z, '7.619853024160593e-24' as tail
    union all
    select '30' as z, '4.906713927148764e-198' as tail
),

numbers as (
    select {{ to_float('z') }} as z, {{ to_float('tail') }} as tail
    from known
),

measured as (
    select z, tail, {{ normal_tail('z') }} as measured_tail
    from numbers
),

final as (
    select z, tail, measured_tail
    from measured
    where measured_tail is null
        or abs(measured_tail - tail) > 0.000000000000001
        or abs(measured_tail - tail) > 0.00000001 * tail
)

select * from final
