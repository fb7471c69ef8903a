{#- How people write a channel's name. -#}
{% macro channel_name(channel) -%}
{%- set names = {
    'all': 'All channels', 'google_ads': 'Google Ads', 'meta': 'Meta', 'linkedin': 'LinkedIn', 'tiktok': 'TikTok',
    'twitter': 'Twitter', 'pinterest': 'Pinterest', 'reddit': 'Reddit', 'snapchat': 'Snapchat', 'organic': 'Organic',
    'direct': 'Direct', 'referral': 'Referral', 'email': 'E-mail', 'unknown': 'Unknown', 'unattributed': 'Unattributed'
} -%}
case {{ channel }}
    {%- for id, name in names | items %}
    when '{{ id }}' then '{{ name }}'
    {%- endfor %}
    else {{ channel }}
end
{%- endmacro %}
