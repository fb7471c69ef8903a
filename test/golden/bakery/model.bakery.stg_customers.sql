with source as (

    select * from "till"."till_customers"

),

final as (

    select
        customer_id,
        trim(customer_name) as customer_name
    from source

)

select * from final
